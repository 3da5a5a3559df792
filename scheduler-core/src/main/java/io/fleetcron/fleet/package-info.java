/**
 * What the instances of a fleet leave for each other and for readers: where it stands in the shared directory and on
 * each host, and the forms of what is small. It reads and writes no file of the shared directory.
 */
@NullMarked
package io.fleetcron.fleet;

import org.jspecify.annotations.NullMarked;
