package io.fleetcron.virtual;

import io.fleetcron.config.Delivery;
import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.config.ExitStatuses;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.config.JobDefinition.Source;
import io.fleetcron.config.Metrics;
import io.fleetcron.config.Notices;
import io.fleetcron.config.Placement;
import io.fleetcron.config.RunGroup;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.config.RunPolicy.Retries;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.calendar.Exclusion;
import io.fleetcron.config.calendar.Exclusions;
import io.fleetcron.config.schedule.Schedules;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One simulation: a fleet, what goes wrong in it, and the verdict. */
final class VirtualFleet {

    /**
     * What is simulated.
     *
     * @param fires how many are judged
     * @param kind which jobs
     * @param only which troubles happen of those that would
     */
    record Plan(
            int instances,
            int fires,
            int jobs,
            long seed,
            List<Fault> faults,
            Optional<Plant> plant,
            Kind kind,
            Optional<List<String>> only) {

        Plan(int instances, int fires, int jobs, long seed, List<Fault> faults, Optional<Plant> plant) {
            this(instances, fires, jobs, seed, faults, plant, Kind.MIXED, Optional.empty());
        }

        Plan withInstances(int other) {
            return new Plan(other, fires, jobs, seed, faults, plant, kind, only);
        }

        Plan withFires(int other) {
            return new Plan(instances, other, jobs, seed, faults, plant, kind, only);
        }

        Plan withJobs(int other) {
            return new Plan(instances, fires, other, seed, faults, plant, kind, only);
        }

        Plan withFaults(List<Fault> others) {
            return new Plan(instances, fires, jobs, seed, List.copyOf(others), plant, kind, only);
        }

        Plan withOnly(List<String> troubles) {
            return new Plan(instances, fires, jobs, seed, faults, plant, kind, Optional.of(List.copyOf(troubles)));
        }

        Plan withJobs(Kind others) {
            return new Plan(instances, fires, jobs, seed, faults, plant, others, only);
        }

        /** What to give the command. */
        String options() {
            return "--instances " + instances + " --fires " + fires + " --seed " + seed + " --jobs " + jobs
                    + " --faults "
                    + (faults.isEmpty()
                            ? "none"
                            : faults.stream().map(Fault::word).collect(Collectors.joining(",")))
                    + plant.map(fault -> " --plant " + fault.word()).orElse("")
                    + only.map(names -> " --only " + (names.isEmpty() ? "none" : String.join(",", names)))
                            .orElse("");
        }
    }

    /** What jobs there are. */
    enum Kind {
        /** Some run on every host. They are due together. */
        MIXED,
        /** All run on one host of the fleet, and are due together. */
        TOGETHER,
        /** All run on one host of the fleet, and are due at all times. */
        SPREAD,
        /** As many for as long as {@link #SPREAD}, but none is due: what the fleet does then, it does beside its fires. */
        RESTING
    }

    /**
     * What came of it.
     *
     * @param time how much time passed in the fleet
     * @param counted of that, the time from when the fleet was up to the last fire
     * @param operations of the file server in that time
     * @param onLedgers those of them on lock files
     * @param ofBeats those of them that instances do whether or not anything is due
     * @param troubles what went wrong, in order, up to the first problem
     * @param untilFirst how many fires were due before the first problem's
     * @param trace about the first problem
     */
    record Result(
            Judge.Verdict verdict,
            Duration time,
            Duration counted,
            long operations,
            long onLedgers,
            long ofBeats,
            long switches,
            List<String> troubles,
            int untilFirst,
            List<String> trace) {}

    /**
     * What it took, which no seed fixes.
     *
     * @param worked processor time in the counted time, of agents and all that is simulated around them
     */
    record Measured(Result result, Duration worked) {}

    private static final Duration SETTLED_IN = Duration.ofMinutes(3);
    private static final Duration AFTERWARDS = Duration.ofMinutes(20);
    /** Where nothing went wrong, nothing but runs is open at the end. */
    private static final Duration RUNS_END = Duration.ofMinutes(6);
    /** What happens so long after a fire may matter to it. */
    private static final Duration SHOWS_WITHIN = Duration.ofMinutes(10);

    /** Seconds. */
    private static final int A_YEAR = 365 * 86_400;

    private static final Path SHARED = Path.of("/share");
    static final Path HISTORY = SHARED.resolve("history");
    static final Path LOCAL_LOCKS = Path.of("/local/jobs");

    private static final ExecutionEnvironment AS_SOMEBODY = new ExecutionEnvironment(
            Optional.of("somebody"),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            ExecutionEnvironment.USUAL.limits());

    private final Plan plan;
    private final VirtualWorld world;
    private final List<VirtualHost> hosts = new ArrayList<>();
    private final Map<String, JobDefinition> jobs = new LinkedHashMap<>();
    private Duration worked = Duration.ZERO;

    private VirtualFleet(Plan plan, Optional<VirtualWorld.TraceOf> traced) {
        this.plan = plan;
        this.world = new VirtualWorld(plan.seed(), plan.plant(), traced);
    }

    /**
     * Simulates; where something is wrong, once more for a trace of the first problem.
     *
     * @param progress gets the share of the time that has passed
     */
    static Result simulate(Plan plan, Consumer<Double> progress) {
        Result result = once(plan, progress);
        if (result.verdict().isGood()) {
            return result;
        }
        Judge.Problem first = result.verdict().problems().get(0);
        Instant fire = first.fire();
        Result again = new VirtualFleet(
                        plan,
                        Optional.of(
                                new VirtualWorld.TraceOf(first.job(), fire.minusSeconds(600), fire.plusSeconds(300))))
                .run(share -> {});
        return new Result(
                result.verdict(),
                result.time(),
                result.counted(),
                result.operations(),
                result.onLedgers(),
                result.ofBeats(),
                result.switches(),
                result.troubles(),
                result.untilFirst(),
                again.trace());
    }

    /** Simulates, without a trace. */
    static Result once(Plan plan, Consumer<Double> progress) {
        return new VirtualFleet(plan, Optional.empty()).run(progress);
    }

    /** Simulates, without a trace, and measures. */
    static Measured measure(Plan plan) {
        VirtualFleet fleet = new VirtualFleet(plan, Optional.empty());
        Result result = fleet.run(share -> {});
        return new Measured(result, fleet.worked);
    }

    /** Whether something is wrong. Ends where that shows: what commands do is seen at once, what history lacks at the end. */
    static boolean fails(Plan plan) {
        VirtualFleet fleet = new VirtualFleet(plan, Optional.empty());
        try {
            return !fleet.run(share -> {
                        if (fleet.world.judge().hasSeenProblem()) {
                            throw new Seen();
                        }
                    })
                    .verdict()
                    .isGood();
        } catch (Seen e) {
            return true;
        }
    }

    /** Ends a simulation. */
    private static final class Seen extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private Result run(Consumer<Double> progress) {
        define();
        for (int i = 0; i < plan.instances(); i++) {
            hosts.add(new VirtualHost(world, "host-" + i, config(inForce())));
        }
        Rollouts rollouts = new Rollouts(
                hosts.stream().map(VirtualHost::name).toList(),
                jobs,
                world.drawn(),
                VirtualWorld.BEGIN.plus(SETTLED_IN),
                plan.fires(),
                plan.faults().contains(Fault.CHANGES) ? Optional.of(plan.seed()) : Optional.empty());
        long end = Duration.between(VirtualWorld.BEGIN, rollouts.end()).toNanos();
        world.judge().learn(jobs.values());
        try {
            hosts.forEach(host -> world.time().after(null, world.random(VirtualWorld.seconds(20)), host::boot));
            world.time().run(SETTLED_IN);
            Injector injector = new Injector(world, hosts, jobs, VirtualFleet::config, plan.only());
            injector.start(plan.faults());
            rollouts.rollouts().forEach(injector::schedule);
            long before = world.server().operations();
            long onLedgersBefore = world.server().onLedgers();
            long ofBeatsBefore = world.server().ofBeats();
            Duration workedBefore = world.time().worked();
            int pieces = 100;
            long begin = world.now();
            for (int i = 1; i <= pieces; i++) {
                world.time().run(Duration.ofNanos(begin + (end - begin) / pieces * i - world.now()));
                progress.accept(i / (double) pieces);
            }
            long operations = world.server().operations() - before;
            long onLedgers = world.server().onLedgers() - onLedgersBefore;
            long ofBeats = world.server().ofBeats() - ofBeatsBefore;
            worked = world.time().worked().minus(workedBefore);
            injector.healAll();
            world.time().run(plan.faults().isEmpty() ? RUNS_END : AFTERWARDS);
            hosts.forEach(VirtualHost::note);
            world.judge().judge(rollouts);
            Judge.Verdict verdict = world.judge().verdict();
            Instant first = verdict.problems().stream()
                    .map(Judge.Problem::fire)
                    .findFirst()
                    .orElse(Instant.MAX);
            return new Result(
                    verdict,
                    Duration.ofNanos(world.now()),
                    Duration.ofNanos(end - begin),
                    operations,
                    onLedgers,
                    ofBeats,
                    world.time().switches(),
                    injector.until(first.equals(Instant.MAX) ? first : first.plus(SHOWS_WITHIN)),
                    rollouts.before(first),
                    world.trace());
        } finally {
            world.time().end();
        }
    }

    private void define() {
        for (int i = 0; i < plan.jobs(); i++) {
            String name = "job-" + i;
            JobDefinition job = job(name, i);
            jobs.put(
                    name,
                    switch (plan.kind()) {
                        case MIXED -> i % 11 == 7 ? onEveryHost(wanted(job, i)) : wanted(job, i);
                        case TOGETHER -> job;
                        case SPREAD, RESTING -> Rollouts.changed(job, 91 + i % 120);
                    });
        }
    }

    /** What the hosts have: but for a deliberate fault, what they should have. */
    private Map<String, JobDefinition> inForce() {
        Map<String, JobDefinition> all = new LinkedHashMap<>(jobs);
        if (plan.kind() == Kind.RESTING) {
            all.replaceAll((name, job) -> Rollouts.changed(job, A_YEAR));
        }
        if (world.plants(Plant.BOUNDS_UNHEEDED)) {
            all.replaceAll((name, job) -> world.drawn().unbounded(job));
        }
        if (world.plants(Plant.PLACEMENT_UNHEEDED)) {
            all.replaceAll((name, job) -> DrawnKeys.anywhere(job));
        }
        if (world.plants(Plant.TOLERANCE_UNHEEDED)) {
            all.replaceAll((name, job) -> DrawnKeys.usuallyTolerant(job));
        }
        return all;
    }

    /** As people may want it besides. */
    private JobDefinition wanted(JobDefinition job, int i) {
        JobDefinition wanted = i % 9 == 5 && plan.faults().contains(Fault.EXCEPTIONS) ? except(job) : job;
        wanted = i % 4 == 3 && plan.faults().contains(Fault.BOUNDS)
                ? world.drawn().bounded(wanted, i / 4)
                : wanted;
        wanted = i % 3 == 2 && plan.faults().contains(Fault.STATUSES)
                ? world.drawn().ending(wanted, i / 3)
                : wanted;
        wanted = i % 5 == 1 && i % 11 != 7 && plan.faults().contains(Fault.PLACEMENT)
                ? world.drawn().placed(wanted, i / 5)
                : wanted;
        wanted = i % 4 == 0 && i % 11 != 7 && plan.faults().contains(Fault.TOLERANCE)
                ? DrawnKeys.tolerating(wanted, i / 4)
                : wanted;
        return i % 7 == 3 && i % 11 != 7 && plan.faults().contains(Fault.GROUPS)
                ? in(new RunGroup("warehouse", 2), wanted)
                : wanted;
    }

    static JobDefinition job(String name, int i) {
        int period = i % 10 == 9 ? 300 : i % 5 == 3 ? 180 : 120;
        return new JobDefinition(
                name,
                "",
                Schedules.every(Duration.ofSeconds(period)),
                ZoneOffset.UTC,
                new ShellCommand(ShellCommand.SH, "true"),
                i % 2 == 0 ? ExecutionEnvironment.USUAL : AS_SOMEBODY,
                new RunPolicy(
                        i % 8 == 4 ? Optional.of(Duration.ofSeconds(90)) : Optional.empty(),
                        Duration.ofSeconds(10),
                        ExitStatuses.ZERO,
                        i % 7 == 2 ? new Retries(3, Duration.ofSeconds(5), 2.0) : Retries.NONE,
                        i % 6 == 1 ? Overlap.QUEUE : i % 6 == 2 ? Overlap.REPLACE : Overlap.SKIP,
                        i % 4 == 1
                                ? new CatchUp(CatchUpPolicy.ALL, Duration.ofMinutes(15))
                                : i % 4 == 2 ? new CatchUp(CatchUpPolicy.LATEST, Duration.ofMinutes(15)) : CatchUp.NONE,
                        Optional.empty(),
                        i % 3 == 1 ? OnLost.RERUN : OnLost.SKIP,
                        RunOn.ONE,
                        Placement.ANYWHERE,
                        Optional.empty(),
                        Notices.NONE),
                true,
                new Source(Path.of("jobs.yaml"), i + 1, ""));
    }

    static JobDefinition onEveryHost(JobDefinition job) {
        return job.with(job.policy().on(RunOn.EVERY));
    }

    /** It does not run in some of the minutes in which most jobs are due. */
    private static JobDefinition except(JobDefinition job) {
        Exclusion sometimes = new Exclusion() {
            @Override
            public Optional<String> part(ZonedDateTime time) {
                return time.getMinute() % 20 < 7 ? Optional.of(canonical()) : Optional.empty();
            }

            @Override
            public String canonical() {
                return "0-6/20";
            }

            @Override
            public String written() {
                return canonical();
            }
        };
        return new JobDefinition(
                job.name(),
                job.description(),
                job.schedule(),
                job.timezone(),
                new Exclusions(List.of(sometimes), ZoneOffset.UTC),
                job.command(),
                job.environment(),
                job.policy(),
                job.enabled(),
                job.source());
    }

    static JobDefinition in(RunGroup group, JobDefinition job) {
        return job.with(job.policy().in(Optional.of(group)));
    }

    static FleetConfig config(Map<String, JobDefinition> jobs) {
        return new FleetConfig(
                Path.of("fleetcron.yaml"),
                new FleetConfig.Share(SHARED, FleetConfig.Storage.NFS, Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                200,
                new FleetConfig.Output(0, false, Duration.ofDays(90)),
                new Delivery(Path.of("/nonexistent/sendmail"), Map.of(), Optional.empty(), Optional.empty()),
                Metrics.NONE,
                FleetConfig.Reload.ON_SIGNAL,
                jobs);
    }
}
