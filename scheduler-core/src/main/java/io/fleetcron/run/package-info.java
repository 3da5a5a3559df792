/**
 * Starting, supervising and killing a run: one supervisor process for each run holds the lock's descriptor, starts
 * the command, keeps its time limits, its output and its heartbeat, and outlives the agent. It knows nothing of
 * schedules, records or other hosts.
 */
@NullMarked
package io.fleetcron.run;

import org.jspecify.annotations.NullMarked;
