package io.fleetcron.metrics;

import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.metrics.JobFacts.Completion;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Every metric of this program: its name, its labels, and what it means. Seconds and bytes; no label is called {@code job} or
 * {@code instance}, which Prometheus sets itself. Thread-safe.
 */
final class Register {

    private static final String JOB = "job_name";
    private static final String RUN_ON = "run_on";
    private static final double MILLIS = 1000;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Set<String> names = new TreeSet<>();
    private final JobBoard board;
    private final Supplier<Sources> sources;
    private List<JobBoard.View> shown = List.of();

    final Gauge reloadSuccessful;
    final Gauge reloaded;
    final Gauge running;
    final Counter claims;
    final Counter fenced;
    final Counter notifications;
    final Counter fires;
    final Counter attempts;
    final Histogram storage;
    final Histogram startDelay;
    final Histogram runDuration;

    /**
     * @param version this program's
     * @param allowed how many runs this instance may have at once
     */
    Register(JobBoard board, Supplier<Sources> sources, String version, int allowed) {
        this.board = board;
        this.sources = sources;
        // Of this agent.
        gauge("fleetcron_build_info", "Always 1: the version of the agent and of its Java.", "version", "java_version")
                .labelValues(version, System.getProperty("java.version", ""))
                .set(1);
        reloadSuccessful = gauge(
                "fleetcron_config_last_reload_successful",
                "Whether the configuration on disk is in force: 0 if it was refused.");
        reloaded = gauge(
                "fleetcron_config_last_reload_success_timestamp_seconds",
                "When a configuration was last put in force, the start included.");
        asked("fleetcron_storage_healthy", "Whether a directory does what is asked of it.", this::healthy, "storage");
        storage = histogram(
                "fleetcron_storage_operation_duration_seconds",
                "How long an operation on the shared directory took.",
                new double[] {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
                "operation");
        asked(
                "fleetcron_clock_offset_seconds",
                "How far this host's clock is ahead of the shared directory's.",
                to -> to.call(seconds(sources.get().clockOffset().get())));
        running = gauge("fleetcron_runs_running", "Runs in progress on this host.");
        gauge("fleetcron_runs_allowed", "How many runs this host may have in progress at once (max_running).")
                .set(allowed);
        claims = counter(
                "fleetcron_claims_total",
                "Tries to claim a job's due fires by this host, by what came of them.",
                "result");
        Stream.of("granted", "elsewhere", "held", "unfit", "group_full", "full", "failed", "in_doubt")
                .forEach(claims::initLabelValues);
        fenced = counter(
                "fleetcron_runs_fenced_total",
                "Runs that this host ended because their lock was in doubt or about to be.");
        notifications = counter(
                "fleetcron_notifications_total",
                "Notifications by this host that are over, by receiver and result.",
                "receiver",
                "result");
        // Of the fires that this agent settles: the sum over all hosts counts each once.
        fires = counter("fleetcron_fires_total", "Fires settled by this host, by outcome.", JOB, "outcome");
        attempts = counter("fleetcron_run_attempts_total", "How often commands of settled runs were started.", JOB);
        startDelay = histogram(
                "fleetcron_start_delay_seconds",
                "How long after its scheduled time a fire was claimed.",
                new double[] {.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600},
                JOB);
        runDuration = histogram(
                "fleetcron_run_duration_seconds",
                "How long a run took, with its retries.",
                new double[] {.1, .5, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400},
                JOB);
        // The same on all hosts, within half a minute.
        asked(
                "fleetcron_instances",
                "Instances in the member table, by state; silent ones for a week.",
                this::instances,
                "state");
        asked(
                "fleetcron_definition_versions",
                "How many different sets of job definitions the live instances have: 1 if all is well.",
                to -> to.call(sources.get().definitions().getAsInt()));
        job("last_success_timestamp_seconds", "When a run last succeeded.", view -> fact(view, JobFacts::lastSuccess));
        job(
                "failing_since_timestamp_seconds",
                "When the first of the failures ended that no success has followed; only while there are some.",
                view -> fact(view, JobFacts::failingSince));
        job(
                "last_completion_timestamp_seconds",
                "When a run last ended, with success or without.",
                view -> fact(view, facts -> facts.last().map(Completion::at)));
        job(
                "last_exit_status",
                "The exit status of the run that ended last.",
                view -> view.facts()
                        .flatMap(JobFacts::last)
                        .flatMap(last -> last.exit().stream()
                                .mapToObj(status -> (double) status)
                                .findFirst()));
        job(
                "last_duration_seconds",
                "How long the run took that ended last.",
                view -> view.facts()
                        .flatMap(JobFacts::last)
                        .flatMap(Completion::duration)
                        .map(Register::seconds));
        job(
                "next_fire_timestamp_seconds",
                "When the job is due next; none while it is disabled.",
                view -> view.next().map(Register::seconds));
        job(
                "longest_gap_seconds",
                "The longest time between two fires that the schedule has.",
                view -> view.gap().map(Register::seconds));
        job(
                "running_since_timestamp_seconds",
                "When the run in progress was claimed; only while there is one.",
                view -> fact(view, JobFacts::runningSince));
        job(
                "paused",
                "Whether somebody has paused the job.",
                view -> Optional.of(sources.get().paused().test(view.job()) ? 1.0 : 0.0));
        job(
                "late",
                "Whether the job is late, by its late_after, no_success_for or expected; only of jobs that have one of them.",
                view -> view.late().map(late -> late ? 1.0 : 0.0));
    }

    /** The names under which samples appear: of a histogram three. */
    Set<String> names() {
        return Set.copyOf(names);
    }

    /** So that a first failure is an increase: a counter that appears with it is none to Prometheus. */
    void expect(String job) {
        Stream.of(Outcome.values())
                .filter(outcome -> outcome != Outcome.FENCED && outcome != Outcome.OTHER)
                .forEach(outcome -> fires.initLabelValues(job, outcome.word()));
    }

    /** The same of what becomes of notifications. */
    void expectNotifications(String receiver) {
        notifications.initLabelValues(receiver, "delivered");
        notifications.initLabelValues(receiver, "failed");
    }

    /** All metrics in Prometheus' text format, without timestamps. */
    synchronized byte[] text() {
        shown = board.views(sources.get().clock().instant());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is memory
        }
        return text.toByteArray();
    }

    private <T extends Collector> T named(T collector, String... all) {
        names.addAll(List.of(all));
        registry.register(collector);
        return collector;
    }

    private Gauge gauge(String name, String help, String... labels) {
        return named(
                Gauge.builder()
                        .name(name)
                        .help(help)
                        .labelNames(labels)
                        .withoutExemplars()
                        .build(),
                name);
    }

    private Counter counter(String name, String help, String... labels) {
        return named(
                Counter.builder()
                        .name(name)
                        .help(help)
                        .labelNames(labels)
                        .withoutExemplars()
                        .build(),
                name);
    }

    private Histogram histogram(String name, String help, double[] bounds, String... labels) {
        return named(
                Histogram.builder()
                        .name(name)
                        .help(help)
                        .labelNames(labels)
                        .classicOnly()
                        .classicUpperBounds(bounds)
                        .withoutExemplars()
                        .build(),
                name + "_bucket",
                name + "_sum",
                name + "_count");
    }

    private void asked(String name, String help, Consumer<GaugeWithCallback.Callback> ask, String... labels) {
        named(
                GaugeWithCallback.builder()
                        .name(name)
                        .help(help)
                        .labelNames(labels)
                        .callback(ask)
                        .build(),
                name);
    }

    /** A gauge of each job for which there is a value. */
    private void job(String name, String help, Function<JobBoard.View, Optional<Double>> value) {
        asked(
                "fleetcron_job_" + name,
                help,
                to -> shown.forEach(view -> value.apply(view)
                        .ifPresent(found -> to.call(found, view.job().name(), place(view)))),
                JOB,
                RUN_ON);
    }

    private static String place(JobBoard.View view) {
        return view.job().policy().runOn() == RunOn.ONE ? "one" : "every";
    }

    private void healthy(GaugeWithCallback.Callback to) {
        to.call(sources.get().shared().getAsBoolean() ? 1 : 0, "shared");
        to.call(sources.get().local().getAsBoolean() ? 1 : 0, "local");
    }

    private void instances(GaugeWithCallback.Callback to) {
        sources.get()
                .instances()
                .get()
                .forEach((state, count) -> to.call(count, state.name().toLowerCase(Locale.ROOT)));
    }

    private static Optional<Double> fact(JobBoard.View view, Function<JobFacts, Optional<Instant>> fact) {
        return view.facts().flatMap(fact).map(Register::seconds);
    }

    static double seconds(Instant time) {
        return time.toEpochMilli() / MILLIS;
    }

    static double seconds(Duration length) {
        return length.toMillis() / MILLIS;
    }
}
