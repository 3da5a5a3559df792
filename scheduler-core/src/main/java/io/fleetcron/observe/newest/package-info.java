/**
 * The newest fires of each job out of a long history, for whoever looks again and again: what was read once is not read again. It
 * changes nothing and takes no lock.
 */
@NullMarked
package io.fleetcron.observe.newest;

import org.jspecify.annotations.NullMarked;
