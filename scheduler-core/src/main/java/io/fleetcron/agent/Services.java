package io.fleetcron.agent;

import io.fleetcron.run.RunLauncher;
import io.fleetcron.schedule.FleetClock;

/**
 * What every job of one agent shares. All of it is thread-safe.
 *
 * @param identity who this agent is
 * @param clock the fleet's time
 * @param members the live instances
 * @param history this instance's history files
 * @param launcher starts runs
 * @param capacity how many runs there may be
 * @param outputs where captured output goes when a run is over
 * @param outputCap bytes of output kept for each run
 */
record Services(
        Identity identity,
        FleetClock clock,
        Membership members,
        History history,
        RunLauncher launcher,
        Capacity capacity,
        OutputStore outputs,
        long outputCap) {}
