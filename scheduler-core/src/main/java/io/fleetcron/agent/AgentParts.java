package io.fleetcron.agent;

import io.fleetcron.claim.IdleMembers;
import io.fleetcron.claim.Instance;
import io.fleetcron.claim.JobProblems;
import io.fleetcron.claim.RunSlots;
import io.fleetcron.claim.ShutdownGate;
import io.fleetcron.claim.StorageScope;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.Metrics;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.control.ControlView;
import io.fleetcron.fitness.Fitness;
import io.fleetcron.fitness.Preparations;
import io.fleetcron.fleet.Beside;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Version;
import io.fleetcron.group.GroupSlots;
import io.fleetcron.history.HistorySpool;
import io.fleetcron.history.HistoryWriter;
import io.fleetcron.host.AgentDirectories;
import io.fleetcron.host.StartException;
import io.fleetcron.loop.EventLoop;
import io.fleetcron.mail.MailSpool;
import io.fleetcron.membership.ActivityLog;
import io.fleetcron.membership.DefinitionDrift;
import io.fleetcron.membership.FleetFile;
import io.fleetcron.membership.JournalReader;
import io.fleetcron.membership.MemberSlot;
import io.fleetcron.membership.Membership;
import io.fleetcron.membership.TimetableJournal;
import io.fleetcron.metrics.AgentMetrics;
import io.fleetcron.notify.Notifier;
import io.fleetcron.output.OutputCollector;
import io.fleetcron.output.OutputStore;
import io.fleetcron.retention.Retention;
import io.fleetcron.run.RunLauncher;
import io.fleetcron.run.SupervisedLauncher;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.StorageHealth;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The parts of one process that claims fires, joined: an agent's, or those of {@code fleetcron run}.
 *
 * @param instance what every job shares
 * @param reports who hears of runs and fires
 * @param problems the jobs that this instance does not start
 * @param idle the members that start no jobs
 * @param loop the thread of decisions and those that may block
 * @param shared where jobs of the fleet have their locks
 * @param local where jobs that run on every host have theirs
 * @param spool what is recorded in the local lane
 * @param journal when this instance had which definitions
 * @param retention removes what is old
 * @param files the shared directory's small files
 * @param layout the shared directory
 */
public record AgentParts(
        Instance instance,
        RunReports reports,
        JobProblems problems,
        IdleMembers idle,
        EventLoop loop,
        StorageScope shared,
        StorageScope local,
        HistorySpool spool,
        TimetableJournal journal,
        Retention retention,
        SharedFiles files,
        SharedLayout layout) {

    static AgentParts ofAgent(
            FleetConfig config, AgentDirectories place, Identity identity, InstantSource wallClock, FleetFile.Use use)
            throws IOException {
        RunLauncher launcher = use == FleetFile.Use.SHADOW
                ? new ShadowLauncher(place.state())
                : new SupervisedLauncher(place.state(), identity.instance(), wallClock);
        HostPorts ports = HostPorts.real(place, identity, wallClock, launcher);
        place.furnish(ports.files(), use);
        if (config.metrics().equals(Metrics.NONE)) {
            return of(config, ports, identity, "");
        }
        AgentMetrics metrics = new AgentMetrics(config.metrics(), ports.time(), config.maxRunning());
        return of(config, ports.timed(metrics), identity, "", Optional.of(metrics));
    }

    /** For a process that the instance's agent may run beside. */
    public static AgentParts besideAgent(
            FleetConfig config, AgentDirectories place, Identity identity, InstantSource wallClock) throws IOException {
        HostPorts ports = HostPorts.real(
                place, identity, wallClock, SupervisedLauncher.ofOneRun(place.state(), identity.instance(), wallClock));
        place.furnish(ports.files());
        return of(config, ports, identity, Beside.process(identity.pid()));
    }

    /**
     * Joins them.
     *
     * @param writer what distinguishes the history files of this process from those of the instance's agent
     */
    static AgentParts of(FleetConfig config, HostPorts ports, Identity identity, String writer) {
        return of(config, ports, identity, writer, Optional.empty());
    }

    private static AgentParts of(
            FleetConfig config, HostPorts ports, Identity identity, String writer, Optional<AgentMetrics> metrics) {
        HostTime time = ports.time();
        FleetClock clock = new FleetClock(ports.wallClock(), time::bootNanos);
        EventLoop loop = ports.loop();
        SharedFiles files = ports.files();
        SharedLayout layout = ports.layout();
        HistoryWriter history = new HistoryWriter(
                files, layout.history(identity.instance()), writer, clock, clock::latest, loop.lock());
        ActivityLog activity = new ActivityLog(clock);
        JobProblems problems = new JobProblems();
        IdleMembers idle = new IdleMembers();
        StorageHealth health = new StorageHealth(layout.root().toString(), time::bootNanos);
        Fitness fitness = new Fitness(
                new Preparations(ports.commands(), ports.launcher(), loop, Preparations.DEADLINE),
                ports.launcher(),
                identity.host());
        fitness.labels(config.labels());
        ControlView controls = new ControlView(files, layout.controlTable(), time, loop.lock());
        Notifier notifier = new Notifier(
                new Notifier.Place(files, layout.notices(), ports.shared().locks()),
                new Notifier.Place(
                        ports.state().files(),
                        ports.state().path().resolve("notices"),
                        ports.local().locks()),
                ports.locks().members(),
                identity.instance(),
                loop,
                clock);
        Membership members = new Membership(
                new MemberSlot(
                        files, ports.locks().members(), ports.locks().table(), layout, identity.instance(), time),
                new JournalReader(files, layout, clock),
                clock,
                definitions -> new Member(
                        identity,
                        Version.current(),
                        health.problem()
                                .or(() -> controls.drained(identity.instance(), clock.instant()))
                                .or(fitness::summary)
                                .or(problems::summary)
                                .or(idle::summary)
                                .or(notifier::summary)
                                .orElse("ok"),
                        activity.current().running().size(),
                        definitions,
                        new Member.Life(history.since(), history.flushedUpTo()),
                        Optional.of(clock.skew()),
                        FleetFile.FORMAT,
                        Optional.of(ports.localPlace()),
                        activity.current(),
                        controls.drained(identity.instance(), clock.instant())
                                .map(fitness.capability()::drained)
                                .orElseGet(fitness::capability),
                        Optional.of(controls.sequence())),
                loop.lock());
        MailSpool mailer = new MailSpool(ports.state().path().resolve("mail"), config.sendmail(), loop::block, clock);
        if (metrics.isPresent()) {
            listen(metrics.get(), ports, notifier, mailer);
        }
        RunReports reports = new RunReports(
                identity.host(),
                activity,
                new OutputCollector(
                        new OutputStore(files, layout, identity.instance(), health),
                        loop::block,
                        time::bootNanos,
                        config.outputLog()),
                mailer,
                notifier,
                metrics);
        notifier.mailsBy(reports::mail);
        Instance instance = new Instance(
                identity,
                identity.instance() + writer,
                clock,
                time,
                members,
                new DefinitionDrift(files, layout, identity.instance(), clock),
                controls,
                fitness,
                ports.launcher(),
                config.outputCap(),
                reports,
                new ShutdownGate(time));
        GroupSlots groups = new GroupSlots(identity.instance(), ports.locks().groups(), files, layout, clock, time);
        HistorySpool spool = new HistorySpool(
                history, ports.state().files(), ports.state().path().resolve("history"), loop.lock());
        return new AgentParts(
                instance,
                reports,
                problems,
                idle,
                loop,
                new StorageScope(
                        ports.shared().locks(),
                        true,
                        ports.shared().lease(),
                        ports.shared().memory(),
                        health,
                        new RunSlots(config.maxRunning()),
                        groups,
                        history),
                new StorageScope(
                        ports.local().locks(),
                        false,
                        ports.local().lease(),
                        ports.local().memory(),
                        new StorageHealth(ports.state().path().toString(), time::bootNanos),
                        new RunSlots(config.maxRunning()),
                        groups,
                        spool),
                spool,
                new TimetableJournal(files, layout, identity.instance(), clock, loop.lock()),
                new Retention(files, layout, ports.locks().members(), clock),
                files,
                layout);
    }

    private static void listen(AgentMetrics metrics, HostPorts ports, Notifier notifier, MailSpool mailer) {
        ports.shared().memory().watch(metrics.ledgers(RunOn.ONE));
        ports.local().memory().watch(metrics.ledgers(RunOn.EVERY));
        notifier.watch(metrics.notifications());
        mailer.watch(sent -> metrics.notifications().accept("mail", sent));
    }

    /**
     * Makes the locks of jobs that run on every host those of this command too: those of an earlier version are taken over.
     *
     * @throws StartException if an agent of this host uses other ones
     */
    public void joinLocalLocks(AgentDirectories place) throws StartException, IOException {
        List<String> conflicts = instance.members().members().values().stream()
                .flatMap(member -> place.locals().conflict(instance.identity(), member).stream())
                .toList();
        if (!conflicts.isEmpty()) {
            throw new StartException(conflicts);
        }
        place.takeOverLocks();
    }

    /** Raises the format of the shared directory once all live instances can write a newer one. Blocks on storage. */
    void raiseFormat() throws IOException {
        FleetFile.raise(
                files,
                layout.fleetFile(),
                FleetFile.FORMAT,
                instance.members().members().values().stream()
                        .map(Member::format)
                        .toList());
    }

    /** Stores what was seen of the ledgers. Blocks on the local disk. */
    public void remember() throws IOException {
        shared.memory().store();
        local.memory().store();
    }

    public StorageScope lane(RunOn where) {
        return where == RunOn.ONE ? shared : local;
    }
}
