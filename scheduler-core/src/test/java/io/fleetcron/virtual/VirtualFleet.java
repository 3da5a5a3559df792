package io.fleetcron.virtual;

import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.config.ExitStatuses;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.config.JobDefinition.Source;
import io.fleetcron.config.Placement;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.config.RunPolicy.Retries;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.schedule.Schedules;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
     */
    record Plan(int instances, int fires, int jobs, long seed, List<Fault> faults, Optional<Plant> plant) {
        Plan withInstances(int other) {
            return new Plan(other, fires, jobs, seed, faults, plant);
        }

        Plan withFires(int other) {
            return new Plan(instances, other, jobs, seed, faults, plant);
        }

        Plan withJobs(int other) {
            return new Plan(instances, fires, other, seed, faults, plant);
        }

        Plan withFaults(List<Fault> others) {
            return new Plan(instances, fires, jobs, seed, List.copyOf(others), plant);
        }

        /** What to give the command. */
        String options() {
            return "--instances " + instances + " --fires " + fires + " --seed " + seed + " --jobs " + jobs
                    + " --faults "
                    + (faults.isEmpty()
                            ? "none"
                            : faults.stream().map(Fault::word).collect(Collectors.joining(",")))
                    + plant.map(fault -> " --plant " + fault.word()).orElse("");
        }
    }

    /**
     * What came of it.
     *
     * @param time how much time passed in the fleet
     * @param operations of the file server, from when the fleet was up
     * @param onLedgers those of them on lock files
     * @param trace about the first problem
     */
    record Result(
            Judge.Verdict verdict, Duration time, long operations, long onLedgers, long switches, List<String> trace) {}

    private static final Duration SETTLED_IN = Duration.ofMinutes(3);
    private static final Duration AFTERWARDS = Duration.ofMinutes(20);
    private static final Path SHARED = Path.of("/share");

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
                result.operations(),
                result.onLedgers(),
                result.switches(),
                again.trace());
    }

    /**
     * A smaller plan that fails as well: with fewer faults, fires, jobs and instances.
     *
     * @param plan one that fails
     * @param tries how many simulations it may cost
     */
    static Plan shrink(Plan plan, int tries) {
        Shrinking shrinking = new Shrinking(plan, tries);
        boolean smaller = true;
        while (smaller) {
            smaller = shrinking.halve();
            for (Fault fault : shrinking.least.faults()) {
                smaller |= shrinking.without(fault);
            }
        }
        return shrinking.least;
    }

    private static final class Shrinking {
        private Plan least;
        private int tries;

        Shrinking(Plan plan, int tries) {
            this.least = plan;
            this.tries = tries;
        }

        boolean halve() {
            boolean fires = attempt(least.withFires(least.fires() / 2));
            boolean jobs = attempt(least.withJobs(least.jobs() / 2));
            boolean instances = attempt(least.withInstances(least.instances() / 2));
            return fires || jobs || instances;
        }

        boolean without(Fault fault) {
            List<Fault> others = new ArrayList<>(least.faults());
            others.remove(fault);
            return attempt(least.withFaults(others));
        }

        private boolean attempt(Plan smaller) {
            boolean possible = smaller.fires() > 0 && smaller.jobs() > 0 && smaller.instances() > 0;
            if (!possible
                    || tries-- <= 0
                    || once(smaller, share -> {}).verdict().isGood()) {
                return false;
            }
            least = smaller;
            return true;
        }
    }

    /** Simulates, without a trace. */
    static Result once(Plan plan, Consumer<Double> progress) {
        return new VirtualFleet(plan, Optional.empty()).run(progress);
    }

    private Result run(Consumer<Double> progress) {
        define();
        List<Instant> until = new ArrayList<>();
        Map<String, List<Instant>> expected = expected(until);
        long end = Duration.between(VirtualWorld.BEGIN, until.get(0)).toNanos();
        try {
            for (int i = 0; i < plan.instances(); i++) {
                VirtualHost host = new VirtualHost(world, "host-" + i, config(jobs));
                hosts.add(host);
                world.time().after(null, world.random(VirtualWorld.seconds(20)), host::boot);
            }
            world.time().run(SETTLED_IN);
            Injector injector = new Injector(world, hosts, jobs, VirtualFleet::config);
            injector.start(plan.faults());
            long before = world.server().operations();
            long onLedgersBefore = world.server().onLedgers();
            int pieces = 100;
            long begin = world.now();
            for (int i = 1; i <= pieces; i++) {
                world.time().run(Duration.ofNanos(begin + (end - begin) / pieces * i - world.now()));
                progress.accept(i / (double) pieces);
            }
            long operations = world.server().operations() - before;
            long onLedgers = world.server().onLedgers() - onLedgersBefore;
            injector.healAll();
            world.time().run(AFTERWARDS);
            hosts.forEach(VirtualHost::note);
            expected.forEach((job, fires) -> world.judge().fires(job(job), fires));
            return new Result(
                    world.judge().verdict(),
                    Duration.ofNanos(world.now()),
                    operations,
                    onLedgers,
                    world.time().switches(),
                    world.trace());
        } finally {
            world.time().end();
        }
    }

    /** The fires that are judged: the first ones after the beginning. */
    private Map<String, List<Instant>> expected(List<Instant> until) {
        Map<String, List<Instant>> all = new LinkedHashMap<>();
        Map<String, Instant> next = new LinkedHashMap<>();
        Instant begin = VirtualWorld.BEGIN.plus(SETTLED_IN);
        jobs.values()
                .forEach(job -> next.put(job.name(), job.schedule().next(begin).orElseThrow()));
        Instant last = begin;
        java.util.PriorityQueue<Map.Entry<String, Instant>> queue = new java.util.PriorityQueue<>(
                Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
        next.forEach((job, fire) -> queue.add(Map.entry(job, fire)));
        for (int i = 0; i < plan.fires(); i++) {
            Map.Entry<String, Instant> first = queue.remove();
            all.computeIfAbsent(first.getKey(), any -> new ArrayList<>()).add(first.getValue());
            last = first.getValue();
            Instant following =
                    job(first.getKey()).schedule().next(first.getValue()).orElseThrow();
            queue.add(Map.entry(first.getKey(), following));
        }
        until.add(last);
        return all;
    }

    private JobDefinition job(String name) {
        return Objects.requireNonNull(jobs.get(name));
    }

    private void define() {
        for (int i = 0; i < plan.jobs(); i++) {
            String name = "job-" + i;
            jobs.put(name, job(name, i));
        }
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
                        Optional.empty()),
                true,
                new Source(Path.of("jobs.yaml"), i + 1, ""));
    }

    static FleetConfig config(Map<String, JobDefinition> jobs) {
        return new FleetConfig(
                Path.of("fleetcron.yaml"),
                SHARED,
                FleetConfig.Storage.NFS,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                200,
                0,
                false,
                Optional.empty(),
                Path.of("/nonexistent/sendmail"),
                FleetConfig.Reload.ON_SIGNAL,
                jobs);
    }
}
