package io.fleetcron.agent;

import io.fleetcron.claim.ActiveDefinition;
import io.fleetcron.claim.ClockStep;
import io.fleetcron.claim.Instance;
import io.fleetcron.claim.JobCoordinator;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.control.Control;
import io.fleetcron.fitness.Fitness;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.history.HistoryWriter;
import io.fleetcron.host.BootRecord;
import io.fleetcron.host.ServiceManager;
import io.fleetcron.loop.EventLoop;
import io.fleetcron.membership.Membership;
import io.fleetcron.output.OutputCollector;
import io.fleetcron.run.Run;
import io.fleetcron.storage.StorageException;
import io.fleetcron.storage.StorageHealth;
import io.fleetcron.storage.StorageHealth.Kind;
import io.fleetcron.timing.Timing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: its jobs' coordinators on one loop, its timing, its beats. {@link #reload} and {@link #stop} are
 * thread-safe.
 */
public final class Agent {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Duration FLUSH = Duration.ofSeconds(1);
    private static final Duration HUNG = Duration.ofSeconds(8);
    /** For each of the two things that a stop waits for. */
    private static final Duration STOP = Duration.ofMillis(500);

    private static final Duration LINES_UNDER_WAY = Duration.ofSeconds(1);

    /** The fire that shows that timing and loop work; no job can have this name. */
    private static final String PULSE = ".pulse";

    private final AgentParts parts;
    private final Instance instance;
    private final EventLoop loop;
    private final Map<String, JobCoordinator> coordinators = new LinkedHashMap<>();
    private final Map<String, JobCoordinator> leaving = new LinkedHashMap<>();
    private final ServiceManager manager;
    private final Timing timing;
    private volatile String note = "";
    private volatile int jobs;
    private boolean beating;
    private long beatBegan;
    private boolean flushing;
    private boolean spooling;
    private boolean rechecking;
    private Duration skew = Duration.ZERO;
    private BootRecord boot = BootRecord.none("");

    Agent(AgentParts parts, TimingFactory timing, ServiceManager manager) {
        this.parts = parts;
        this.instance = parts.instance();
        this.loop = parts.loop();
        this.manager = manager;
        this.timing = timing.start(fire -> loop.run(() -> due(fire)));
    }

    /** Makes the timing that tells this agent of fires. */
    interface TimingFactory {
        Timing start(Timing.Listener listener);
    }

    /**
     * Takes back the runs of an earlier agent and begins with these jobs.
     *
     * @param noted what this host's present boot brings about
     */
    void start(FleetConfig config, BootRecord noted) throws IOException {
        List<Run> survivors = instance.launcher().survivors();
        parts.spool().recover();
        Map<RunOn, List<String>> ledgers = ledgers();
        instance.fitness().labels(config.labels());
        parts.journal().define(here(config).values());
        quietly(parts.journal()::write); // before anything is claimed: nobody could tell later why it was due
        onLoop(() -> {
            boot = noted;
            skew = instance.clock().skew();
            warnOfSkew();
            apply(config);
            ledgers.forEach((where, jobs) ->
                    jobs.stream().filter(job -> !isDefined(job, where)).forEach(job -> retireUnknown(job, where)));
            survivors.stream()
                    .collect(Collectors.groupingBy(run -> run.id().job()))
                    .forEach(this::takeBack);
            parts.reports().mailer().resume();
            loop.every(FLUSH, this::flush);
            loop.every(FLUSH, this::spool);
            loop.every(OutputCollector.INTERVAL, parts.reports().outputs()::look);
            loop.every(Membership.INTERVAL, this::beat);
            loop.every(Fitness.INTERVAL, this::recheck);
        });
        LOG.info(
                "agent started instance={} host={} jobs={} runs_taken_back={} shared_dir={}",
                instance.identity().instance(),
                instance.identity().host(),
                config.jobs().size(),
                survivors.size(),
                parts.shared().locks().path().getParent());
        manager.ready(status());
    }

    /** Replaces the set of jobs. Runs in progress are not touched. */
    public void reload(FleetConfig config) {
        onLoop(() -> apply(config));
        loop.block(() -> quietly(parts.journal()::write));
        LOG.info("configuration reloaded jobs={}", config.jobs().size());
        note = "";
        manager.ready(status());
    }

    /** A configuration was refused: the agent goes on with the one it has, and its status says so. */
    public void keep() {
        note = "; the configuration on disk has errors, an earlier one is in force";
        manager.ready(status());
    }

    private String status() {
        String state = parts.shared()
                .health()
                .problem()
                .map(problem -> "degraded: " + problem)
                .or(instance::drained)
                .or(instance.fitness()::summary)
                .or(() -> parts.problems().summary().map(problem -> "degraded: " + problem))
                .or(() -> parts.idle().summary().map(problem -> "claiming fires, but " + problem))
                .orElse("claiming fires");
        return state + "; " + jobs + " jobs, " + running() + " running" + note;
    }

    private static void quietly(Upkeep journal) {
        try {
            journal.run();
        } catch (IOException e) {
            LOG.warn("definitions not put on record: {}; tried again with the next beat", e.getMessage());
        }
    }

    private void apply(FleetConfig config) {
        parts.reports().outputs().logged(config.outputLog());
        parts.reports().mailer().configure(config.sendmail(), config.jobs().values());
        instance.members()
                .definitions(instance.definitions().define(config.jobs().values()));
        instance.fitness().labels(config.labels());
        Map<String, JobDefinition> here = here(config);
        parts.journal().define(here.values());
        loop.block(() -> tendFitness(() -> instance.fitness().define(here.values())));
        List<String> gone = new ArrayList<>(coordinators.keySet());
        gone.removeAll(here.keySet());
        gone.forEach(this::retire);
        here.forEach(this::define);
        Map<String, Schedule> schedules = new LinkedHashMap<>();
        here.forEach((name, job) -> {
            JobCoordinator coordinator = coordinators.get(name);
            if (job.enabled() && coordinator != null) {
                schedules.put(name, coordinator.definition().schedule());
            }
        });
        manager.pulse().ifPresent(pulse -> schedules.put(PULSE, Schedules.every(pulse)));
        timing.schedule(schedules);
        jobs = config.jobs().size();
    }

    /** What runs on every host that it may run on is no job of this one if it may not. */
    private Map<String, JobDefinition> here(FleetConfig config) {
        Map<String, JobDefinition> here = new LinkedHashMap<>(config.jobs());
        here.values()
                .removeIf(job -> job.policy().runOn() == RunOn.EVERY
                        && !instance.fitness().isAllowed(job));
        return here;
    }

    private void define(String name, JobDefinition job) {
        JobCoordinator known = coordinators.get(name);
        ActiveDefinition definition =
                new ActiveDefinition(job, boot.since(job, instance.clock().instant()), boot.fire(job));
        if (known != null
                && known.definition().job().policy().runOn() == job.policy().runOn()) {
            known.redefine(job, definition.boot());
            return;
        }
        if (known != null) {
            retire(name);
        }
        JobCoordinator back = leaving.remove(place(name, job.policy().runOn()));
        if (back != null) {
            coordinators.put(name, back);
            back.comeBack(job, definition.boot());
            return;
        }
        JobCoordinator coordinator = new JobCoordinator(
                instance,
                parts.problems(),
                parts.idle(),
                loop,
                parts.lane(job.policy().runOn()),
                definition);
        coordinators.put(name, coordinator);
        coordinator.begin();
    }

    private void retire(String name) {
        JobCoordinator coordinator = coordinators.remove(name);
        if (coordinator != null) {
            leave(name, coordinator);
        }
    }

    private void leave(String name, JobCoordinator coordinator) {
        String place = place(name, coordinator.definition().job().policy().runOn());
        leaving.put(place, coordinator);
        coordinator.retire(() -> leaving.remove(place));
    }

    private boolean isDefined(String job, RunOn where) {
        JobCoordinator coordinator = coordinators.get(job);
        return coordinator != null && coordinator.definition().job().policy().runOn() == where;
    }

    private static String place(String job, RunOn where) {
        return job + " " + where;
    }

    /** A job that has a ledger, and was taken out of the files while this agent was down. */
    private JobCoordinator retireUnknown(String job, RunOn where) {
        JobCoordinator known = leaving.get(place(job, where));
        if (known != null) {
            return known;
        }
        JobCoordinator coordinator = new JobCoordinator(
                instance,
                parts.problems(),
                parts.idle(),
                loop,
                parts.lane(where),
                ActiveDefinition.unknown(job, where));
        leave(job, coordinator);
        return coordinator;
    }

    private Map<RunOn, List<String>> ledgers() {
        Map<RunOn, List<String>> all = new EnumMap<>(RunOn.class);
        for (RunOn where : RunOn.values()) {
            try {
                all.put(
                        where,
                        parts.lane(where).locks().names().stream()
                                .flatMap(file -> SharedLayout.jobOf(file).stream())
                                .toList());
            } catch (IOException e) {
                LOG.warn("ledgers of jobs without a definition are not looked at: {}", e.toString());
            }
        }
        return all;
    }

    private void due(Fire fire) {
        if (fire.job().equals(PULSE)) {
            manager.alive(status());
            return;
        }
        JobCoordinator coordinator = coordinators.get(fire.job());
        if (coordinator != null) {
            coordinator.due(fire.time());
        }
    }

    private void takeBack(String job, List<Run> runs) {
        JobCoordinator coordinator = coordinators.get(job);
        for (Run run : runs) {
            LOG.info(
                    "run taken back job={} fire={} token={} pid={}{}",
                    job,
                    run.id().time(),
                    run.id().token(),
                    run.pid(),
                    coordinator == null ? ": the job is not configured any more" : "");
        }
        (coordinator == null ? retireUnknown(job, whereFound(job)) : coordinator).takeBack(runs);
    }

    private RunOn whereFound(String job) {
        return leaving.containsKey(place(job, RunOn.EVERY)) && !leaving.containsKey(place(job, RunOn.ONE))
                ? RunOn.EVERY
                : RunOn.ONE;
    }

    private void flush() {
        if (flushing) {
            return;
        }
        flushing = true;
        upkeep(parts.shared().health(), Kind.HISTORY, parts.history()::flush, () -> flushing = false);
    }

    private interface Upkeep {
        void run() throws IOException;
    }

    /** Something that must be done again and again: whatever goes wrong is reported, and it is done again. */
    private void upkeep(StorageHealth health, Kind kind, Upkeep work, Runnable after) {
        loop.tend(
                () -> {
                    try {
                        work.run();
                        health.worked(kind);
                    } catch (IOException e) {
                        health.failed(kind, e);
                    } catch (RuntimeException | Error e) {
                        health.failed(kind, "internal error: " + e);
                        throw e;
                    }
                },
                after);
    }

    /** What runs on every host is written here first: the shared directory may hang. */
    private void spool() {
        if (spooling) {
            return;
        }
        spooling = true;
        upkeep(
                parts.local().health(),
                Kind.HISTORY,
                () -> {
                    parts.spool().flush();
                    parts.spool().dropIfWritten();
                    parts.remember();
                },
                () -> spooling = false);
    }

    /** What was wrong with this host may be over. */
    private void recheck() {
        if (!rechecking && !instance.fitness().isWell()) {
            rechecking = true;
            loop.tend(() -> tendFitness(instance.fitness()::recheck), () -> rechecking = false);
        }
    }

    private interface Check {
        void run() throws InterruptedException;
    }

    private static void tendFitness(Check check) {
        try {
            check.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void leaveQuietly() {
        try {
            instance.members().leave();
        } catch (IOException e) {
            LOG.warn("slot in the member table not given back: {}; it is free in ten minutes", e.getMessage());
        }
    }

    private void rememberQuietly() {
        try {
            parts.remember();
        } catch (IOException e) {
            LOG.warn("what was seen of the ledgers is not stored: {}", e.getMessage());
        }
    }

    private static void flushQuietly(HistoryWriter history) {
        try {
            history.flush();
        } catch (IOException e) {
            LOG.warn("history not written: {}; the ledgers keep the newest", e.getMessage());
        }
    }

    private void beat() {
        if (beating) {
            Duration silent = Duration.ofNanos(instance.time().bootNanos() - beatBegan);
            if (silent.compareTo(HUNG) > 0) {
                parts.shared()
                        .health()
                        .failed(Kind.MEMBERS, "no answer for " + silent.toSeconds() + " s: the mount hangs");
            }
            return;
        }
        beating = true;
        beatBegan = instance.time().bootNanos();
        upkeep(
                parts.shared().health(),
                Kind.MEMBERS,
                () -> {
                    instance.members().definitions(instance.definitions().refresh());
                    readControls();
                    instance.members().beat(); // which reports what was read just before
                    instance.members()
                            .clockFault()
                            .ifPresentOrElse(
                                    fault -> parts.shared().health().failed(Kind.CLOCK, fault),
                                    () -> parts.shared().health().worked(Kind.CLOCK));
                    instance.definitions().compare(instance.members().members().values());
                    parts.raiseFormat();
                    parts.journal().write();
                },
                () -> {
                    beating = false;
                    followClock();
                    killRuns();
                    startRequested();
                });
    }

    private void readControls() {
        StorageHealth health = parts.shared().health();
        Optional<String> before = instance.drained();
        try {
            instance.controls().refresh();
            instance.controls()
                    .fault()
                    .ifPresentOrElse(fault -> health.failed(Kind.CONTROLS, fault), () -> health.worked(Kind.CONTROLS));
        } catch (StorageException e) {
            health.failed(Kind.CONTROLS, e); // claims read it again, and start nothing without
        }
        Optional<String> now = instance.drained();
        if (!now.equals(before)) {
            LOG.info(
                    "{}",
                    now.map(why -> "agent claims nothing more, its runs go on: " + why)
                            .orElse("agent not drained any more: it claims fires again"));
        }
    }

    private void killRuns() {
        for (Control.Kill kill : instance.controls().kills(instance.clock().instant())) {
            Stream.concat(coordinators.values().stream(), leaving.values().stream())
                    .filter(coordinator -> coordinator.definition().job().name().equals(kill.job()))
                    .toList()
                    .forEach(coordinator ->
                            coordinator.kill(kill.token(), kill.span().asked().words()));
        }
    }

    private void startRequested() {
        for (Control.Run asked : instance.controls().runs(instance.clock().instant())) {
            JobCoordinator coordinator = coordinators.get(asked.job());
            if (coordinator != null) {
                coordinator.request(asked);
            }
        }
    }

    /** Quartz waits by this host's wall clock: when that moves against the fleet's time, it must compute again. */
    private void followClock() {
        Duration now = instance.clock().skew();
        ClockStep step = ClockStep.between(skew, now);
        if (step.matters()) {
            timing.clockChanged();
            skew = now;
            coordinators.values().forEach(coordinator -> coordinator.follow(step));
            warnOfSkew();
        }
    }

    private void warnOfSkew() {
        if (skew.abs().compareTo(Duration.ofSeconds(1)) > 0) {
            LOG.warn(
                    "this host's clock is {} ms {} that of the shared directory; fires follow the latter. Is time"
                            + " synchronisation running?",
                    skew.abs().toMillis(),
                    skew.isNegative() ? "behind" : "ahead of");
        }
    }

    /**
     * Claims nothing new, lets no step be cut in two, writes history. Runs stay under their supervisors. Returns within
     * two seconds, whatever storage does.
     */
    public void stop() {
        manager.stopping();
        LOG.info("agent stopping runs_left={}", running());
        timing.close();
        try {
            if (!instance.steps().stop(STOP)) {
                LOG.warn("what was being recorded is not done in time; the next look settles it");
            }
            parts.reports().outputs().stop(LINES_UNDER_WAY);
            flushQuietly(parts.spool());
            rememberQuietly();
            boolean flushed = loop.block(
                    () -> {
                        flushQuietly(parts.history());
                        quietly(parts.journal()::end);
                        leaveQuietly();
                    },
                    STOP);
            if (!flushed) {
                LOG.warn("history not written in time; the ledgers keep it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.close();
        LOG.info("agent stopped instance={}", instance.identity().instance());
    }

    private int running() {
        return parts.reports().activity().current().running().size();
    }

    /** Does it on the loop and waits for it. What it throws is thrown here: nobody goes on with half of it. */
    private void onLoop(Runnable task) {
        try {
            loop.call(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
