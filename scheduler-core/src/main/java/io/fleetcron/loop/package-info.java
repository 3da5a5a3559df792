/** The thread of decisions, which never blocks, and the threads beside it that may. */
@NullMarked
package io.fleetcron.loop;

import org.jspecify.annotations.NullMarked;
