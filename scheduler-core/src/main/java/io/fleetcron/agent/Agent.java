package io.fleetcron.agent;

import io.fleetcron.claim.ActiveDefinition;
import io.fleetcron.claim.ClockStep;
import io.fleetcron.claim.Instance;
import io.fleetcron.config.Expectations;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.fitness.Fitness;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.Member;
import io.fleetcron.history.HistoryWriter;
import io.fleetcron.host.BootRecord;
import io.fleetcron.host.OwnSchedules;
import io.fleetcron.host.ServiceManager;
import io.fleetcron.loop.EventLoop;
import io.fleetcron.membership.Membership;
import io.fleetcron.metrics.AgentMetrics;
import io.fleetcron.metrics.Sources;
import io.fleetcron.metrics.Sources.InstanceState;
import io.fleetcron.notify.Notifier;
import io.fleetcron.output.OutputCollector;
import io.fleetcron.roster.JobRoster;
import io.fleetcron.run.Run;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import io.fleetcron.storage.StorageHealth;
import io.fleetcron.storage.StorageHealth.Kind;
import io.fleetcron.timing.Timing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: its jobs' coordinators on one loop, its timing, its beats. {@link #reload} and {@link #stop} are
 * thread-safe.
 */
public final class Agent {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Duration FLUSH = Duration.ofSeconds(1);
    /** How often it is looked whether old files have been removed today. */
    private static final Duration PRUNE = Duration.ofHours(1);

    private static final Duration HUNG = Duration.ofSeconds(8);
    /** Besides what the steps before have taken. */
    private static final Duration METRICS = Duration.ofMillis(100);

    /** For each of the two things that a stop waits for. */
    private static final Duration STOP = Duration.ofMillis(500);

    /** How long an instance is counted that is not heard of any more. */
    private static final Duration SILENT = Duration.ofDays(7);

    private static final Duration LINES_UNDER_WAY = Duration.ofSeconds(1);

    /** The fire that shows that timing and loop work; no job can have this name. */
    private static final String PULSE = ".pulse";

    private final AgentParts parts;
    private final Instance instance;
    private final EventLoop loop;
    private final JobRoster roster;
    private final Upkeep beats;
    private final ServiceManager manager;
    private final Timing timing;
    private volatile String note = "";
    private volatile int jobs;
    private long beatBegan;
    private boolean rechecking;
    private volatile Duration keep = Duration.ofDays(90);
    private Duration skew = Duration.ZERO;
    private Instant atBoot = Instant.EPOCH;
    private BootRecord boot = BootRecord.none("");
    private volatile Optional<OwnSchedules> own = Optional.empty();
    private Optional<LateJobs> late = Optional.empty();

    Agent(AgentParts parts, TimingFactory timing, ServiceManager manager) {
        this.parts = parts;
        this.instance = parts.instance();
        this.loop = parts.loop();
        this.roster = new JobRoster(instance, parts.problems(), parts.idle(), loop, parts::lane);
        this.beats = new Upkeep(loop, parts.shared().health(), Kind.MEMBERS, this::beat, this::afterBeat);
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
     * @param had since when this host has had its own schedules
     */
    void start(FleetConfig config, BootRecord noted, OwnSchedules had) throws IOException {
        List<Run> survivors = instance.launcher().survivors();
        parts.spool().recover();
        Map<RunOn, List<String>> ledgers = roster.ledgers();
        had.load();
        putOnRecord(config);
        journal(); // before anything is claimed: nobody could tell later why it was due
        onLoop(() -> {
            boot = noted;
            own = Optional.of(had);
            skew = instance.clock().skew();
            atBoot = instance.clock().atBoot();
            warnOfSkew();
            apply(config);
            roster.retireUnknown(ledgers);
            roster.takeBack(survivors);
            parts.reports().mailer().resume();
            parts.reports().notifier().start();
            if (parts.reports().metrics().isPresent()) {
                measure(parts.reports().metrics().get());
            }
            tendAll();
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

    /** Begins all that is done again and again. */
    private void tendAll() {
        StorageHealth shared = parts.shared().health();
        StorageHealth local = parts.local().health();
        loop.every(FLUSH, new Upkeep(loop, shared, Kind.HISTORY, parts.shared().history()::flush));
        loop.every(FLUSH, new Upkeep(loop, local, Kind.HISTORY, this::spool));
        loop.every(OutputCollector.INTERVAL, parts.reports().outputs()::look);
        loop.every(Membership.INTERVAL, this::beatOrComplain);
        loop.every(Fitness.INTERVAL, this::recheck);
        Upkeep pruning = new Upkeep(loop, shared, Kind.HISTORY, this::prune);
        loop.in(PRUNE, () -> loop.every(PRUNE, pruning));
        Upkeep notices = new Upkeep(
                loop,
                shared,
                Kind.NOTICES,
                () -> parts.reports().notifier().scan(instance.members().live()));
        loop.in(Notifier.SCAN, () -> loop.every(Notifier.SCAN, notices));
    }

    /** Begins to publish metrics. */
    private void measure(AgentMetrics metrics) {
        metrics.join(new Sources(
                instance.clock(),
                () -> parts.shared().health().problem().isEmpty(),
                () -> parts.local().health().problem().isEmpty(),
                instance.clock()::skew,
                this::instances,
                () -> (int) instance.members().members().values().stream()
                        .map(Member::definitions)
                        .distinct()
                        .count(),
                job -> instance.controls()
                        .paused(job.name(), instance.clock().instant())
                        .isPresent(),
                (job, now) -> LateJobs.leftOut(instance, job, now)));
        SharedRoot root = new SharedRoot(parts.layout().root());
        Upkeep following = new Upkeep(
                loop,
                parts.shared().health(),
                Kind.LEDGERS,
                () -> metrics.follow(instance.members(), root, parts.layout()));
        loop.every(AgentMetrics.INTERVAL, following);
        metrics.start();
    }

    private Map<InstanceState, Integer> instances() {
        Map<InstanceState, Integer> count = new EnumMap<>(InstanceState.class);
        for (InstanceState state : InstanceState.values()) {
            count.put(state, 0);
        }
        for (Member member : instance.members().members().values()) {
            InstanceState state = member.state().equals("ok")
                    ? InstanceState.OK
                    : member.unfit().host().isPresent() ? InstanceState.UNFIT : InstanceState.DEGRADED;
            count.merge(state, 1, Integer::sum);
        }
        count.put(InstanceState.SILENT, instance.members().silent(SILENT));
        return count;
    }

    /** Replaces the set of jobs. Runs in progress are not touched. */
    public void reload(FleetConfig config) {
        onLoop(() -> {
            putOnRecord(config);
            apply(config);
        });
        loop.block(() -> {
            quietly(parts.local().health(), Kind.HISTORY, this::rememberOwn); // first: it needs no share
            journal();
        });
        LOG.info("configuration reloaded jobs={}", config.jobs().size());
        note = "";
        manager.ready(status());
    }

    /** A configuration was refused: the agent goes on with the one it has, and its status says so. */
    public void keep() {
        if (parts.reports().metrics().isPresent()) {
            parts.reports().metrics().get().refused();
        }
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
                .or(() -> parts.reports().notifier().summary().map(problem -> "claiming fires, but " + problem))
                .orElse("claiming fires");
        return state + "; " + jobs + " jobs, " + running() + " running" + note;
    }

    /** Since when which definitions are in force. If it fails it is tried again with the next beat, of which it is a part. */
    private void journal() {
        quietly(parts.shared().health(), Kind.MEMBERS, () -> atKnownTime(parts.journal()::write));
    }

    private static void quietly(StorageHealth health, Kind kind, Upkeep.Work work) {
        try {
            work.run();
        } catch (IOException e) {
            health.failed(kind, e);
        }
    }

    /** For the record: since now this instance has these. */
    private void putOnRecord(FleetConfig config) {
        instance.fitness().labels(config.labels());
        parts.journal().define(here(config).values());
    }

    private void apply(FleetConfig config) {
        keep = config.keep();
        parts.reports().outputs().logged(config.outputLog());
        parts.reports().mailer().configure(config.delivery(), config.jobs().values());
        parts.reports().notifier().configure(config.delivery(), config.jobs());
        instance.members()
                .definitions(instance.definitions().define(config.jobs().values()));
        Map<String, JobDefinition> here = here(config);
        watch(here.values());
        loop.block(() -> tendFitness(() -> instance.fitness().define(here.values())));
        Instant now = instance.clock().instant();
        roster.define(here.values().stream()
                .map(job -> new ActiveDefinition(job, boot.since(job, since(job, now)), boot.fire(job)))
                .toList());
        own.ifPresent(schedules -> schedules.define(roster.ownSince()));
        Map<String, Schedule> schedules = roster.schedules();
        manager.pulse().ifPresent(pulse -> schedules.put(PULSE, Schedules.every(pulse)));
        timing.schedule(schedules);
        jobs = config.jobs().size();
        if (parts.reports().metrics().isPresent()) {
            parts.reports().metrics().get().applied(here.values(), config.delivery());
        }
    }

    /** Of the fleet's jobs, the journals of all instances know better. */
    private Instant since(JobDefinition job, Instant now) {
        return own.filter(schedules -> job.policy().runOn() == RunOn.EVERY)
                .map(schedules -> schedules.since(job, now))
                .orElse(now);
    }

    private void watch(Collection<JobDefinition> here) {
        if (late.isEmpty()
                && here.stream()
                        .anyMatch(job -> !job.policy().notices().expectations().equals(Expectations.NONE))) {
            late = Optional.of(new LateJobs(parts));
        }
        late.ifPresent(jobs -> jobs.configure(here));
    }

    /** All jobs, but for those that run on every host where they may, if this one is not among them. */
    private Map<String, JobDefinition> here(FleetConfig config) {
        Map<String, JobDefinition> here = new LinkedHashMap<>(config.jobs());
        here.values()
                .removeIf(job -> job.policy().runOn() == RunOn.EVERY
                        && !instance.fitness().isAllowed(job));
        return here;
    }

    private void due(Fire fire) {
        if (fire.job().equals(PULSE)) {
            manager.alive(status());
            return;
        }
        roster.due(fire);
    }

    /** What runs on every host is written here first: the shared directory may hang. */
    private void spool() throws IOException {
        parts.local().history().flush();
        parts.spool().dropIfWritten();
        parts.remember();
        rememberOwn();
    }

    /** Since when this host has its own schedules. */
    private void rememberOwn() throws IOException {
        if (own.isPresent()) {
            atKnownTime(own.get()::write);
        }
    }

    /** What was wrong with this host may be over. */
    private void recheck() {
        if (!rechecking && !instance.fitness().isWell()) {
            rechecking = true;
            loop.tend(() -> tendFitness(instance.fitness()::recheck), () -> rechecking = false);
        }
    }

    private void prune() throws IOException {
        // By a clock that nobody can be sure of, all of history might seem to be old.
        atKnownTime(() -> parts.retention().prune(keep));
    }

    /** What is written by a wrong clock would be believed later. */
    private void atKnownTime(Upkeep.Work work) throws IOException {
        if (instance.members().clockFault().isEmpty()) {
            work.run();
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

    private void beatOrComplain() {
        if (!beats.isBusy()) {
            beatBegan = instance.time().bootNanos();
            beats.run();
            return;
        }
        Duration silent = Duration.ofNanos(instance.time().bootNanos() - beatBegan);
        if (silent.compareTo(HUNG) > 0) {
            parts.shared().health().failed(Kind.MEMBERS, "no answer for " + silent.toSeconds() + " s: the mount hangs");
        }
    }

    private void beat() throws IOException {
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
        atKnownTime(parts.journal()::write);
    }

    private void afterBeat() {
        if (parts.shared().health().problem().isEmpty()) {
            parts.reports().notifier().beat(instance.members().live());
        }
        followClock();
        instance.controls().kills(instance.clock().instant()).forEach(roster::kill);
        instance.controls().runs(instance.clock().instant()).forEach(roster::request);
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

    /** Quartz waits by this host's wall clock: when that moves against the fleet's time, it must compute again. */
    private void followClock() {
        Duration now = instance.clock().skew();
        Instant then = instance.clock().atBoot();
        // Where all clocks are set at once, they do not move apart.
        ClockStep step = ClockStep.between(skew, now).or(ClockStep.between(atBoot, then));
        if (step.matters()) {
            timing.clockChanged();
            skew = now;
            atBoot = then;
            roster.follow(step);
            own.ifPresent(schedules -> schedules.define(roster.ownSince()));
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
            if (parts.reports().metrics().isPresent()) {
                parts.reports().metrics().get().finish();
            }
            parts.reports().outputs().stop(LINES_UNDER_WAY);
            flushQuietly(parts.spool());
            rememberQuietly();
            boolean flushed = loop.block(
                    () -> {
                        flushQuietly(parts.shared().history());
                        quietly(parts.shared().health(), Kind.MEMBERS, () -> atKnownTime(parts.journal()::end));
                        leaveQuietly();
                    },
                    STOP);
            if (parts.reports().metrics().isPresent()) {
                parts.reports().metrics().get().awaitWritten(METRICS);
            }
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
