/**
 * What the commands do that ask something of the fleet: they write it into the shared directory under its lock, and wait
 * until the hosts have read it. No agent uses this.
 */
@NullMarked
package io.fleetcron.steer;

import org.jspecify.annotations.NullMarked;
