/**
 * What the instances of a fleet leave for each other and for readers: where it stands in the shared directory and on
 * each host, the forms of what is small, and the fleet's clock. It reads and writes no file of the shared directory.
 */
@NullMarked
package io.fleetcron.fleet;

import org.jspecify.annotations.NullMarked;
