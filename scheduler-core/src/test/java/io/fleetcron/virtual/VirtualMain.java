package io.fleetcron.virtual;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** The command: {@code packaging/tests/virtual/run}. */
public final class VirtualMain {
    private static final int SHOWN = 10;
    /** So many fires may be simulated to find a shorter case, and five times those that failed. */
    private static final int SHRINKS = 50_000;

    private static final List<Integer> FLEETS = List.of(3, 10, 30, 100, 300);
    private static final int WARM = 10;

    private static final String USAGE = """
            Usage: packaging/tests/virtual/run --instances N --fires M --seed S
                       [--jobs J] [--faults none|all|NAME,...] [--plant FAULT]

            Simulates a fleet under virtual time: real agents, coordinators, claim protocol, ledgers, history and membership
            of N instances in one process, over a simulated file server and simulated runs. The seed fixes everything.
            Compares what the simulated commands saw with history; prints what is wrong, a trace of the first case,
            and the shortest command that it finds which fails as well.

              --instances N  how many agents, each on a host of its own
              --fires M      how many fires are judged
              --seed S       an integer
              --jobs J       how many jobs (default: 100)
              --faults ...   what goes wrong (default: all), and with it or alone what people want, which are the last
                             seven: %s
              --plant FAULT  a deliberate fault, which must be found: %s

              --only NAME,...  only these troubles happen, as in: cut-3,loss-1; what is printed for a shorter case has it

              --table        simulates fleets of 3, 10, 30, 100 and 300 instances, up to N, without faults and then with
                             hosts that die; prints what a fire costs and how soon it starts, with jobs that are due at
                             all times and with jobs that are due together

            Its last line: virtual: fires F, started once S, doubled D, overlapping O, unaccounted U, needlessly missed M, seed S
            Status 1 unless all from `doubled` on are zero. Doubled is also what starts before its time, or under a token that
            was given before.
            """;

    private VirtualMain() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err, Boolean.getBoolean("progress")));
    }

    static int run(String[] args, PrintStream out, PrintStream err, boolean terminal) {
        if (List.of(args).contains("--help")) {
            out.print(usage());
            return 0;
        }
        VirtualFleet.Plan plan;
        try {
            plan = plan(args);
        } catch (IllegalArgumentException e) {
            err.println("virtual: " + e.getMessage() + "; see --help");
            return 2;
        }
        silenceAgents();
        if (List.of(args).contains("--table")) {
            table(plan, out);
            return 0;
        }
        VirtualFleet.Result result = VirtualFleet.simulate(plan, share -> {
            if (terminal) {
                err.printf(Locale.ROOT, "\r%3.0f %%", share * 100);
                err.flush();
            }
        });
        if (terminal) {
            err.print("\r      \r");
        }
        report(result, out);
        if (!result.verdict().isGood()) {
            err.println("virtual: looks for a shorter case");
            VirtualFleet.Plan least = Shrinking.of(plan, result, SHRINKS + 5L * plan.fires());
            if (!least.equals(plan)) {
                out.println("shorter: packaging/tests/virtual/run " + least.options());
                VirtualFleet.simulate(least, share -> {}).trace().forEach(line -> out.println("shorter: " + line));
            }
        }
        out.println(result.verdict().line(plan.seed()));
        return result.verdict().isGood() ? 0 : 1;
    }

    /** What fleets of several sizes cost, up to the size that is asked for, and how soon they start what is due. */
    private static void table(VirtualFleet.Plan plan, PrintStream out) {
        out.println(
                "| jobs due | instances | file operations a fire | of these on lock files | a minute and instance beside"
                        + " | CPU ms a fire | a minute and instance beside | started after ms, p50 | p99 | latest"
                        + " | starts per instance | failover s, p50 | p99 |");
        out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        VirtualFleet.Plan quiet = plan.withFaults(List.of());
        VirtualFleet.once(quiet.withInstances(WARM), share -> {}); // the first would pay for what is compiled
        for (int instances : FLEETS) {
            if (instances <= plan.instances()) {
                rows(quiet.withInstances(instances), out);
            }
        }
    }

    private static void rows(VirtualFleet.Plan quiet, PrintStream out) {
        VirtualFleet.Measured resting = VirtualFleet.measure(quiet.withJobs(VirtualFleet.Kind.RESTING));
        double beside =
                resting.worked().toNanos() / 1e6 / resting.result().counted().toMillis();
        for (VirtualFleet.Kind kind : List.of(VirtualFleet.Kind.SPREAD, VirtualFleet.Kind.TOGETHER)) {
            row(quiet.withJobs(kind), beside, out);
        }
    }

    /** @param beside how much of a processor the fleet needs while nothing is due */
    private static void row(VirtualFleet.Plan quiet, double beside, PrintStream out) {
        VirtualFleet.Measured measured = VirtualFleet.measure(quiet);
        VirtualFleet.Result result = measured.result();
        Judge.Lateness late = result.verdict().lateness();
        Judge.Lateness lossy = VirtualFleet.once(quiet.withFaults(List.of(Fault.LOSS)), share -> {})
                .verdict()
                .lateness();
        double fires = result.verdict().fires();
        double milliseconds =
                measured.worked().toNanos() / 1e6 - beside * result.counted().toMillis();
        out.printf(
                Locale.ROOT,
                "| %s | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %d | %d | %d | %d to %d | %.1f | %.1f |%n",
                quiet.kind() == VirtualFleet.Kind.SPREAD ? "at all times" : "together",
                quiet.instances(),
                (result.operations() - result.ofBeats()) / fires,
                result.onLedgers() / fires,
                result.ofBeats() * 60.0 / result.counted().toSeconds() / quiet.instances(),
                milliseconds / fires,
                beside * 60_000 / quiet.instances(),
                late.p50(),
                late.p99(),
                late.worst(),
                late.least(),
                late.most(),
                lossy.disturbed() / 1e3,
                lossy.disturbed99() / 1e3);
        out.flush();
    }

    private static void report(VirtualFleet.Result result, PrintStream out) {
        List<Judge.Problem> problems = result.verdict().problems();
        problems.stream()
                .limit(SHOWN)
                .forEach(problem ->
                        out.println("problem: " + problem.job() + " " + problem.fire() + ": " + problem.text()));
        if (problems.size() > SHOWN) {
            out.println("problem: and " + (problems.size() - SHOWN) + " more");
        }
        result.trace().forEach(line -> out.println("trace: " + line));
        new TreeMap<>(result.verdict().excuses())
                .forEach((excuse, count) -> out.println("excused: " + count + " "
                        + excuse.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        out.println("started late by ms: " + result.verdict().lateness());
        out.printf(
                Locale.ROOT,
                "virtual: %d s of the fleet's time, %.1f file operations a fire%n",
                result.time().toSeconds(),
                result.operations() / (double) Math.max(1, result.verdict().fires()));
    }

    /** What agents log about all that goes wrong is not what this is about. */
    static void silenceAgents() {
        if (LoggerFactory.getLogger("io.fleetcron") instanceof Logger logger) {
            logger.setLevel(Level.OFF);
        }
    }

    static VirtualFleet.Plan plan(String[] args) {
        int instances = 0;
        int fires = 0;
        int jobs = 100;
        Optional<Long> seed = Optional.empty();
        Optional<List<Fault>> faults = Optional.empty();
        Optional<Plant> plant = Optional.empty();
        Optional<List<String>> only = Optional.empty();
        for (int i = 0; i < args.length; i += 2) {
            if (args[i].equals("--table")) {
                i--;
                continue;
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--instances" -> instances = count(args[i], value);
                case "--fires" -> fires = count(args[i], value);
                case "--jobs" -> jobs = count(args[i], value);
                case "--seed" -> seed = Optional.of(whole(args[i], value));
                case "--faults" -> faults = Optional.of(Fault.parse(value));
                case "--only" -> only = Shrinking.parse(value);
                case "--plant" ->
                    plant = Optional.of(Plant.of(value)
                            .orElseThrow(() -> new IllegalArgumentException("unknown fault '" + value + "'")));
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        if (instances == 0 || fires == 0 || seed.isEmpty()) {
            throw new IllegalArgumentException("--instances, --fires and --seed are needed");
        }
        VirtualFleet.Plan plan =
                new VirtualFleet.Plan(instances, fires, jobs, seed.get(), faults.orElse(Fault.parse("all")), plant);
        return only.map(plan::withOnly).orElse(plan);
    }

    private static int count(String option, String value) {
        long count = whole(option, value);
        if (count < 1 || count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(option + " must be from 1 to " + Integer.MAX_VALUE + ", not " + value);
        }
        return (int) count;
    }

    private static long whole(String option, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " must be a whole number, not '" + value + "'", e);
        }
    }

    private static String usage() {
        return USAGE.formatted(
                words(Arrays.stream(Fault.values()).map(Fault::word)),
                words(Arrays.stream(Plant.values()).map(Plant::word)));
    }

    private static String words(Stream<String> words) {
        return words.collect(Collectors.joining(", "));
    }
}
