/**
 * Quartz behind a small port: when the next fire of each job is due. Its threads only hand a fire over and never
 * block. The only Quartz imports are here; nothing here knows of locks, ledgers or runs.
 */
@NullMarked
package io.fleetcron.timing;

import org.jspecify.annotations.NullMarked;
