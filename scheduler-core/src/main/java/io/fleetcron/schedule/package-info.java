/**
 * Timing: the fleet's clock, and Quartz behind a small port. Quartz' threads only hand a fire over and never block.
 * The only Quartz imports are here; nothing here knows of locks, ledgers or runs.
 */
@NullMarked
package io.fleetcron.schedule;

import org.jspecify.annotations.NullMarked;
