package io.fleetcron.virtual;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Outcome;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.run.RunEnd.How;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares, from outside, what the commands saw with what history tells. */
final class Judge {
    /** A host that has just become fit needs that long to notice what it is to do. */
    private static final long NOTICES = VirtualWorld.seconds(45);

    private static final long TOLERANCE = 2 * VirtualServer.LEASE + VirtualWorld.seconds(30);

    private final VirtualWorld world;
    private final Map<String, Job> jobs = new TreeMap<>();
    private final List<Span> fit = new ArrayList<>();
    private final List<Span> unhealthy = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private int overlapping;
    private int doubled;
    private int unaccounted;
    private int needless;
    private int tokens;
    private int early;
    private int once;
    private int fires;

    Judge(VirtualWorld world) {
        this.world = world;
    }

    /** What is wrong with a job's fire. */
    record Problem(String job, Instant fire, String text) {}

    private record Span(long from, long to) {
        boolean covers(long begin, long end) {
            return from <= begin && to >= end;
        }

        boolean meets(long begin, long end) {
            return from <= end && to >= begin;
        }
    }

    /** All that is known of one job. */
    private static final class Job {
        private final Map<Instant, List<Execution>> executions = new TreeMap<>();
        private final Map<Instant, List<Settlement>> history = new TreeMap<>();
        private final List<Settlement> rows = new ArrayList<>();
        private final Set<Execution> active = new HashSet<>();
        private final Set<Long> refused = new HashSet<>();
        private final List<Execution> all = new ArrayList<>();
        private long newestToken;
    }

    /** One start of a command. */
    final class Execution {
        private final String job;
        private final Instant fire;
        private final long token;
        private final String host;
        private final long started;
        private long ended = Long.MAX_VALUE;
        private Optional<How> how = Optional.empty();
        private boolean disturbed;

        Execution(String job, Instant fire, long token, String host) {
            this.job = job;
            this.fire = fire;
            this.token = token;
            this.host = host;
            this.started = world.now();
        }

        /** @param by itself, or empty if it was ended or died */
        void ended(Optional<How> by) {
            if (ended == Long.MAX_VALUE) {
                ended = world.now();
                how = by;
                of(job).active.remove(this);
                world.trace(
                        job,
                        host + " command of " + fire + " token " + token + " ended "
                                + by.map(Enum::name).orElse("by force"));
            }
        }

        void disturb() {
            disturbed = true;
        }

        /** Its host stands still: it executes nothing. */
        void stands() {
            if (ended == Long.MAX_VALUE) {
                of(job).active.remove(this);
            }
        }

        void goesOn() {
            if (ended == Long.MAX_VALUE) {
                executing(this);
            }
        }
    }

    private Job of(String job) {
        return jobs.computeIfAbsent(job, any -> new Job());
    }

    // What happens.

    Execution started(VirtualHost host, RunId run) {
        Job job = of(run.job());
        Execution execution = new Execution(run.job(), run.time(), run.token(), host.name());
        world.trace(run.job(), host.name() + " command of " + run.time() + " token " + run.token() + " started");
        job.executions.computeIfAbsent(run.time(), any -> new ArrayList<>()).add(execution);
        job.all.add(execution);
        if (run.token() <= job.newestToken) {
            tokens++;
            problem(run.job(), run.time(), "token " + run.token() + " after token " + job.newestToken);
        }
        job.newestToken = Math.max(job.newestToken, run.token());
        boolean knows = world.now() - host.fitSince() > VirtualServer.KNOWN;
        if (knows && world.server().latestClock().isBefore(run.time())) {
            early++;
            problem(
                    run.job(),
                    run.time(),
                    "started before its time, at " + world.server().latestClock());
        }
        executing(execution);
        return execution;
    }

    private void executing(Execution execution) {
        Job job = of(execution.job);
        if (!job.active.isEmpty()) {
            overlapping++;
            Execution other = job.active.iterator().next();
            problem(
                    execution.job,
                    execution.fire,
                    "runs on " + execution.host + " while " + other.fire + " runs on " + other.host);
        }
        job.active.add(execution);
    }

    /** It is over before it began: the host could not run it. */
    void refused(RunId run) {
        of(run.job()).refused.add(run.token());
    }

    void history(String text) {
        text.lines().forEach(line -> HistoryLine.parse(line).ifPresent(this::history));
    }

    private void history(HistoryLine line) {
        Settlement settled = line.settlement();
        if (settled.trigger() == RunOrigin.MANUAL) {
            return;
        }
        Job job = of(line.job());
        if (settled.count() > 1) {
            job.rows.add(settled);
        } else {
            job.history
                    .computeIfAbsent(settled.fire(), any -> new ArrayList<>())
                    .add(settled);
        }
    }

    /** A host was fit for that time. */
    void fit(long from, long to) {
        if (from < to) {
            fit.add(new Span(from, to));
        }
    }

    /** Storage did not work for that time, for any host. */
    void unhealthy(long from, long to) {
        unhealthy.add(new Span(from, to));
    }

    // The verdict.

    /** Looks at every fire of a job in a span of time. */
    void fires(JobDefinition definition, List<Instant> expected) {
        expected.forEach(fire -> judge(definition, fire));
    }

    private void judge(JobDefinition definition, Instant fire) {
        fires++;
        Job job = of(definition.name());
        List<Execution> starts = job.executions.getOrDefault(fire, List.of());
        List<Settlement> lines = new ArrayList<>(job.history.getOrDefault(fire, List.of()));
        job.rows.stream()
                .filter(row -> !fire.isBefore(row.fire()) && !fire.isAfter(row.through()))
                .forEach(lines::add);
        if (starts.size() == 1) {
            once++;
        }
        if (starts.size() > 1 && !mayRunAgain(definition, starts, lines)) {
            doubled++;
            problem(definition.name(), fire, "started " + starts.size() + " times");
        }
        String contradiction = contradiction(job, starts, lines);
        if (contradiction != null) {
            unaccounted++;
            problem(definition.name(), fire, contradiction);
        } else if (starts.isEmpty() && isNeedless(definition, job, fire, lines)) {
            needless++;
            problem(definition.name(), fire, "not started though a fit host was up: " + words(lines));
        }
    }

    private static boolean mayRunAgain(JobDefinition definition, List<Execution> starts, List<Settlement> lines) {
        return definition.policy().onLost() == OnLost.RERUN
                && starts.subList(0, starts.size() - 1).stream()
                        .allMatch(start -> lines.stream()
                                .anyMatch(line -> line.token() == start.token && line.outcome() == Outcome.LOST));
    }

    private @Nullable String contradiction(Job job, List<Execution> starts, List<Settlement> lines) {
        if (lines.isEmpty()) {
            return "not in history" + (starts.isEmpty() ? "" : ", though it was started");
        }
        for (Execution start : starts) {
            Optional<Settlement> line = lines.stream()
                    .filter(settled -> settled.outcome().ran() && settled.token() == start.token)
                    .findFirst();
            if (line.isEmpty()) {
                return "started with token " + start.token + ", but history says " + words(lines);
            }
            boolean selfEnded = start.how.isPresent();
            boolean told = line.get().outcome()
                    == (start.how.equals(Optional.of(How.SUCCEEDED)) ? Outcome.SUCCEEDED : Outcome.FAILED);
            if (selfEnded && !start.disturbed && !told) {
                return "its command ended as " + start.how.get() + ", but history says " + words(lines);
            }
        }
        for (Settlement line : lines) {
            boolean ended = line.outcome() == Outcome.SUCCEEDED || line.outcome() == Outcome.FAILED;
            if (ended
                    && !job.refused.contains(line.token())
                    && !line.exit().equals(java.util.OptionalInt.of(126))
                    && starts.stream().noneMatch(start -> start.token == line.token())) {
                return "never started, but history says " + words(lines);
            }
        }
        long different = lines.stream()
                .filter(line -> line.outcome().ran())
                .map(Settlement::token)
                .distinct()
                .count();
        long outcomes = lines.stream()
                .filter(line -> line.outcome().ran())
                .map(line -> line.token() + " " + line.outcome())
                .distinct()
                .count();
        return outcomes > different ? "history contradicts itself: " + words(lines) : null;
    }

    private boolean isNeedless(JobDefinition definition, Job job, Instant fire, List<Settlement> lines) {
        if (lines.stream().anyMatch(line -> line.outcome() == Outcome.LOST)) {
            return false; // claimed by a host that died before it could start it
        }
        long at = Duration.between(VirtualWorld.BEGIN, fire).toNanos();
        long period = Duration.between(fire, definition.schedule().next(fire).orElse(fire.plusSeconds(3600)))
                .toNanos();
        long until = at + Math.min(TOLERANCE, period);
        boolean skipped = lines.stream().anyMatch(line -> line.outcome() == Outcome.SKIPPED);
        boolean busy = job.all.stream()
                .anyMatch(other -> other.started <= until
                        && (other.ended == Long.MAX_VALUE
                                || other.ended + (other.disturbed ? 3 * VirtualServer.LEASE : VirtualWorld.seconds(10))
                                        >= at));
        if (skipped || busy) {
            return skipped && !busy && !wasClaimed(job, fire);
        }
        boolean storage = unhealthy.stream().noneMatch(span -> span.meets(at - NOTICES, until));
        return storage && fit.stream().anyMatch(span -> span.covers(at - NOTICES, until)) && !wasClaimed(job, fire);
    }

    /** Whether a fire before it was claimed by a host that died: its lock was taken until the lease was over. */
    private static boolean wasClaimed(Job job, Instant fire) {
        return job.history.values().stream()
                .flatMap(List::stream)
                .filter(line -> line.outcome() == Outcome.LOST)
                .anyMatch(line ->
                        line.started().filter(start -> !start.isAfter(fire)).isPresent()
                                && !line.ended().isBefore(fire));
    }

    private static String words(List<Settlement> lines) {
        return lines.stream()
                .map(line -> line.outcome().word() + " token " + line.token() + " by " + line.settledBy())
                .distinct()
                .toList()
                .toString();
    }

    private void problem(String job, Instant fire, String text) {
        problems.add(new Problem(job, fire, text));
    }

    List<Problem> problems() {
        return problems.stream().sorted(Comparator.comparing(Problem::fire)).toList();
    }

    int doubled() {
        return doubled + tokens;
    }

    /** The verdict. */
    Verdict verdict() {
        return new Verdict(fires, once, doubled, overlapping, unaccounted, needless, tokens, early, problems());
    }

    /**
     * How the fleet did.
     *
     * @param tokens given twice, or lower than one before
     * @param early started before their time
     */
    record Verdict(
            int fires,
            int once,
            int doubled,
            int overlapping,
            int unaccounted,
            int needless,
            int tokens,
            int early,
            List<Problem> problems) {

        boolean isGood() {
            return problems.isEmpty();
        }

        String line(long seed) {
            return "virtual: fires " + fires + ", started once " + once + ", doubled " + (doubled + tokens + early)
                    + ", overlapping " + overlapping + ", unaccounted " + unaccounted + ", needlessly missed "
                    + needless + ", seed " + seed;
        }
    }

    /** For the hosts' own notes. */
    Map<String, Integer> starts() {
        Map<String, Integer> starts = new HashMap<>();
        jobs.forEach((name, job) -> starts.put(name, job.all.size()));
        return starts;
    }
}
