package io.fleetcron.claim;

import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.Identity;
import io.fleetcron.history.History;
import io.fleetcron.mail.Mailer;
import io.fleetcron.membership.DefinitionWatch;
import io.fleetcron.membership.Membership;
import io.fleetcron.membership.RecentActivity;
import io.fleetcron.output.Outputs;
import io.fleetcron.run.RunLauncher;

/**
 * What every job of one agent shares. All of it is thread-safe.
 *
 * @param identity who this agent is
 * @param settler who settles, by the ledger: this instance, or a process beside its agent, for whose history the agent
 *     cannot vouch
 * @param clock the fleet's time
 * @param members the live instances
 * @param definitions whether the hosts agree on their jobs
 * @param history this instance's history files
 * @param fitness what this host cannot run
 * @param launcher starts runs
 * @param problems the jobs that this instance does not start
 * @param steps what an orderly stop waits for
 * @param activity what this instance did of late
 * @param outputs what becomes of captured output
 * @param mailer tells people of what this instance settled
 * @param outputCap bytes of output kept for each run
 */
public record Services(
        Identity identity,
        String settler,
        FleetClock clock,
        Membership members,
        DefinitionWatch definitions,
        History history,
        Fitness fitness,
        RunLauncher launcher,
        JobProblems problems,
        Steps steps,
        RecentActivity activity,
        Outputs outputs,
        Mailer mailer,
        long outputCap) {}
