/** Timing: Quartz behind a small port. Its threads only hand a fire over and never block. The only Quartz imports are here. */
@NullMarked
package io.fleetcron.schedule;

import org.jspecify.annotations.NullMarked;
