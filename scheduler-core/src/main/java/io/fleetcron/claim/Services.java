package io.fleetcron.claim;

import io.fleetcron.fitness.Fitness;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.Identity;
import io.fleetcron.history.HistoryWriter;
import io.fleetcron.mail.MailSpool;
import io.fleetcron.membership.ActivityLog;
import io.fleetcron.membership.DefinitionDrift;
import io.fleetcron.membership.Membership;
import io.fleetcron.output.OutputCollector;
import io.fleetcron.run.RunLauncher;

/**
 * What every job of one agent shares. All of it is thread-safe.
 *
 * @param identity who this agent is
 * @param settler who settles, by the ledger: this instance, or a process beside its agent, for whose history the agent
 *     cannot vouch
 * @param clock the fleet's time
 * @param time this host's own time
 * @param members the live instances
 * @param definitions whether the hosts agree on their jobs
 * @param history this instance's history files
 * @param fitness what this host cannot run
 * @param launcher starts runs
 * @param problems the jobs that this instance does not start
 * @param idle the members that start no jobs
 * @param steps what an orderly stop waits for
 * @param activity what this instance did recently
 * @param outputs what becomes of captured output
 * @param mailer tells people of what this instance settled
 * @param outputCap bytes of output kept for each run
 */
public record Services(
        Identity identity,
        String settler,
        FleetClock clock,
        HostTime time,
        Membership members,
        DefinitionDrift definitions,
        HistoryWriter history,
        Fitness fitness,
        RunLauncher launcher,
        JobProblems problems,
        IdleMembers idle,
        ShutdownGate steps,
        ActivityLog activity,
        OutputCollector outputs,
        MailSpool mailer,
        long outputCap) {}
