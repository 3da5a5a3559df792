package io.fleetcron.agent;

import io.fleetcron.claim.EventLoop;
import io.fleetcron.claim.Fitness;
import io.fleetcron.claim.JobProblems;
import io.fleetcron.claim.LedgerMemory;
import io.fleetcron.claim.Preparations;
import io.fleetcron.claim.RunSlots;
import io.fleetcron.claim.Services;
import io.fleetcron.claim.ShutdownGate;
import io.fleetcron.claim.StorageScope;
import io.fleetcron.claim.ThreadedEventLoop;
import io.fleetcron.command.CgroupParents;
import io.fleetcron.command.CommandResolver;
import io.fleetcron.command.HostUsers;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition.RunOn;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Version;
import io.fleetcron.history.HistorySpool;
import io.fleetcron.history.HistoryWriter;
import io.fleetcron.mail.MailSpool;
import io.fleetcron.membership.ActivityLog;
import io.fleetcron.membership.DefinitionDrift;
import io.fleetcron.membership.FleetFile;
import io.fleetcron.membership.MemberSlot;
import io.fleetcron.membership.Membership;
import io.fleetcron.output.OutputCollector;
import io.fleetcron.output.OutputStore;
import io.fleetcron.run.RunLauncher;
import io.fleetcron.run.SupervisedLauncher;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.ServerLease;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageHealth;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The parts of one process that claims fires, joined: an agent's, or those of {@code fleetcron run}.
 *
 * @param services what every job shares
 * @param loop the thread of decisions and those that may block
 * @param shared where jobs of the fleet have their locks
 * @param local where jobs that run on every host have theirs
 * @param spool what is recorded in the local lane
 * @param files the shared directory's small files
 * @param layout the shared directory
 */
record AgentParts(
        Services services,
        EventLoop loop,
        StorageScope shared,
        StorageScope local,
        HistorySpool spool,
        SharedFiles files,
        SharedLayout layout) {

    static AgentParts ofAgent(FleetConfig config, AgentDirectories place, Identity identity, InstantSource wallClock)
            throws IOException {
        return of(config, place, identity, wallClock, "", new SupervisedLauncher(place.state(), identity.instance()));
    }

    /** For a process that the instance's agent may run beside. */
    static AgentParts besideAgent(
            FleetConfig config, AgentDirectories place, Identity identity, InstantSource wallClock) throws IOException {
        return of(
                config,
                place,
                identity,
                wallClock,
                "~" + identity.pid(), // sorts behind the agent's
                SupervisedLauncher.ofOneRun(place.state(), identity.instance()));
    }

    private static AgentParts of(
            FleetConfig config,
            AgentDirectories place,
            Identity identity,
            InstantSource wallClock,
            String writer,
            RunLauncher launcher)
            throws IOException {
        HostTime time = new SystemTime();
        FleetClock clock = new FleetClock(wallClock, time::bootNanos);
        EventLoop loop = new ThreadedEventLoop();
        SharedFiles files = new DirectFiles(place.shared(), place.direct());
        place.furnish(files);
        HistoryWriter history =
                new HistoryWriter(files, place.layout().history(identity.instance()), writer, clock, clock::latest);
        ActivityLog activity = new ActivityLog(clock);
        JobProblems problems = new JobProblems();
        StorageHealth health = new StorageHealth(place.layout().root().toString(), System::nanoTime);
        CommandResolver commands = new CommandResolver(
                HostUsers.rememberingSelf(HostUsers.REAL), CgroupParents.here(System.getenv()), identity.host());
        Fitness fitness = new Fitness(new Preparations(commands, launcher, loop, Preparations.DEADLINE), launcher);
        Membership members = new Membership(
                new MemberSlot(files, place.memberLocks(), place.layout(), identity.instance(), time),
                clock,
                definitions -> new Member(
                        identity,
                        Version.current(),
                        health.problem()
                                .or(fitness::summary)
                                .or(problems::summary)
                                .orElse("ok"),
                        activity.current().running().size(),
                        definitions,
                        history.since(),
                        history.flushedUpTo(),
                        Optional.of(clock.skew()),
                        FleetFile.FORMAT,
                        Optional.of(place.locals().place()),
                        activity.current(),
                        fitness.report()));
        Services services = new Services(
                identity,
                identity.instance() + writer,
                clock,
                time,
                members,
                new DefinitionDrift(files, place.layout(), identity.instance(), clock),
                history,
                fitness,
                launcher,
                problems,
                new ShutdownGate(time),
                activity,
                new OutputCollector(
                        new OutputStore(files, place.layout(), identity.instance(), health),
                        loop::block,
                        System::nanoTime,
                        config.outputLog()),
                new MailSpool(place.state().resolve("mail"), config.sendmail(), loop::block, clock),
                config.outputCap());
        StorageHealth localHealth = new StorageHealth(place.state().toString(), System::nanoTime);
        HistorySpool spool = new HistorySpool(
                history,
                new DirectFiles(new SharedRoot(place.state()), false),
                place.state().resolve("history"));
        return new AgentParts(
                services,
                loop,
                new StorageScope(
                        place.sharedLocks(),
                        true,
                        place.lease(),
                        LedgerMemory.load(
                                place.state().resolve("ledgers.json"),
                                place.layout().jobs()),
                        health,
                        new RunSlots(config.maxRunning()),
                        history),
                new StorageScope(
                        place.localLocks(),
                        false,
                        ServerLease.none(),
                        LedgerMemory.load(
                                place.state().resolve("local-ledgers.json"),
                                place.locals().directory()),
                        localHealth,
                        new RunSlots(config.maxRunning()),
                        spool),
                spool,
                files,
                place.layout());
    }

    /** Raises the format of the shared directory once all live instances can write a newer one. Blocks on storage. */
    void raiseFormat() throws IOException {
        FleetFile.raise(
                files,
                layout.fleetFile(),
                FleetFile.FORMAT,
                services.members().members().values().stream()
                        .map(Member::format)
                        .toList());
    }

    /** Stores what was seen of the ledgers. Blocks on the local disk. */
    void remember() throws IOException {
        shared.memory().store();
        local.memory().store();
    }

    StorageScope lane(RunOn where) {
        return where == RunOn.ONE ? shared : local;
    }
}
