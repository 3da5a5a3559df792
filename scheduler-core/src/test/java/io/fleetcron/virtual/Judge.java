package io.fleetcron.virtual;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunGroup;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fitness.Fitness;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Repair;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.run.RunLauncher;
import io.fleetcron.virtual.HostSpans.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Compares, from outside, what the commands saw with what history tells. */
final class Judge {
    /** How late a fire may start, as documented: two leases and half a minute. */
    private static final long TOLERANCE = 2 * VirtualServer.LEASE + VirtualWorld.seconds(30);

    /** Of a job that runs on every host, whose lock has no lease. */
    private static final long OWN_TOLERANCE = VirtualWorld.seconds(60);

    /** What is longer ago does not matter any more: no run, and no trouble of the server, lasts so long. */
    private static final long HOUR = VirtualWorld.seconds(3_600);

    /** Where nothing is wrong, a fire starts within that time, but for one in {@link #SLOW}. */
    private static final long PROMPT = VirtualWorld.millis(300);

    private static final int SLOW = 10;
    private static final int FEW = 50;

    /** Recording the end of a run takes so long at most, where nothing is wrong. */
    private static final long RECORDED = VirtualWorld.seconds(10);

    /** Whether a host can run a job has been found out so long before it claims a fire, at most. */
    private static final long PREPARED = VirtualWorld.seconds(5);

    /** Once storage works again, somebody tries within that time. */
    private static final long ENOUGH = VirtualWorld.seconds(60);

    /** A command starts so long after its claim, at most, where nothing is wrong. */
    private static final long STARTED = VirtualWorld.seconds(5);

    /** A host that can run jobs again knows it so long after, at most. */
    private static final long NOTICED = PREPARED + Fitness.INTERVAL.toNanos();

    private final VirtualWorld world;
    private final Map<String, Job> jobs = new TreeMap<>();
    /** Those that run on every host: to this class, each is a job of its own on each. */
    private final Set<String> everywhere = new HashSet<>();

    private final RunningTogether groups = new RunningTogether();
    private final Wishes wishes = new Wishes();

    private final HostSpans spans = new HostSpans();
    private final TreeMap<Long, Long> unhealthy = new TreeMap<>();
    private final TreeMap<Long, Long> clockWrong = new TreeMap<>();
    private final Map<Excuse, Integer> excuses = new EnumMap<>(Excuse.class);
    private final List<Long> late = new ArrayList<>();
    private int tardy;
    private int undisturbed;
    private final List<Problem> problems = new ArrayList<>();
    private int overlapping;
    private int doubled;
    private int unaccounted;
    private int needless;
    private final Set<Execution> executing = new HashSet<>();
    private int together;
    private int tokens;
    private int early;
    private int once;
    private int fires;

    Judge(VirtualWorld world) {
        this.world = world;
    }

    /** What is wrong with a job's fire. */
    record Problem(String job, Instant fire, String text) {}

    /** Why a fire was not started within its tolerance, where the fleet is not to blame. */
    enum Excuse {
        /** The job ran, or its run was not yet recorded as over. */
        RUNNING,
        /** An instance claimed it, and its host or its agent was disturbed before the command could start. */
        DISTURBED_CLAIM,
        /** An earlier run's host was disturbed: nobody gets its lock before the lease is over. */
        HELD_BY_LOST_RUN,
        /** The file server was down, full, hung or had a wrong clock. */
        STORAGE,
        /** A person settled what was open. */
        SETTLED_BY_HAND,
        /** Somebody asked that it be left out, or its definition excepts it. */
        LEFT_OUT,
        /** Its definition had no chance to begin, or was gone before anybody could settle it. */
        NOT_DEFINED,
        /** As many runs of the job's group were on as there may be, for so long that it may have found no slot. */
        GROUP_FULL,
        /** No instance was up, connected, running and had the definition for the whole tolerance. */
        NO_FIT_INSTANCE
    }

    /** All that is known of one job. */
    private static final class Job {
        private final Map<Instant, List<Execution>> executions = new TreeMap<>();
        private final Map<Instant, List<Settlement>> history = new TreeMap<>();
        private final List<Settlement> rows = new ArrayList<>();
        private final List<Settlement> lost = new ArrayList<>();
        private final Map<Long, Settlement> byHand = new HashMap<>();
        private final TreeMap<Long, Execution> byStart = new TreeMap<>();
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
        private boolean fenced;
        private long ended = Long.MAX_VALUE;
        private int attempts;
        private Optional<Outcome> how = Optional.empty();
        private boolean disturbed;

        Execution(String job, Instant fire, long token, String host) {
            this.job = job;
            this.fire = fire;
            this.token = token;
            this.host = host;
            this.started = world.now();
        }

        /** @param by itself, or empty if it was ended or died */
        void ended(Optional<Outcome> by, int tried) {
            if (ended == Long.MAX_VALUE) {
                ended = world.now();
                attempts = tried;
                how = by;
                executing.remove(this);
                of(lane(job, host)).active.remove(this);
                world.trace(
                        job,
                        host + " command of " + fire + " token " + token + " ended "
                                + by.map(Enum::name).orElse("by force"));
            }
        }

        /** @param again whether another attempt is to follow this one, if there may be more */
        void failed(Outcome attempt, int status, boolean again) {
            if (again != world.drawn().isTriedAgain(job, attempt, status)) {
                unaccounted++;
                problem(job, fire, "an attempt with status " + status + " was followed by " + (again ? "one" : "none"));
            }
        }

        void disturb() {
            disturbed = true;
        }

        /** Its supervisor is about to end it, for its lock is in doubt. */
        void fenced() {
            fenced |= ended == Long.MAX_VALUE;
        }

        /** Its host stands still: it executes nothing. */
        void stands() {
            if (ended == Long.MAX_VALUE) {
                executing.remove(this);
                of(lane(job, host)).active.remove(this);
            }
        }

        void goesOn() {
            if (ended == Long.MAX_VALUE) {
                executing(this);
            }
        }
    }

    private Job of(String lane) {
        return jobs.computeIfAbsent(lane, any -> new Job());
    }

    /** What held of the hosts. */
    HostSpans spans() {
        return spans;
    }

    /** What people ask of the fleet. */
    Wishes wishes() {
        return wishes;
    }

    /** What there is to judge. */
    void learn(Collection<JobDefinition> all) {
        groups.learn(all);
        all.stream().filter(job -> job.policy().runOn() == RunOn.EVERY).forEach(job -> everywhere.add(job.name()));
    }

    /** What is judged by itself: a job, or what one host has of it. */
    private String lane(String job, String host) {
        return everywhere.contains(job) ? job + "@" + host : job;
    }

    // What happens.

    Execution started(VirtualHost host, RunId run) {
        Job job = of(lane(run.job(), host.name()));
        Execution execution = new Execution(run.job(), run.time(), run.token(), host.name());
        if (!host.isConnected()) {
            execution.disturb(); // it was cut off between its claim and the start
        }
        world.trace(run.job(), host.name() + " command of " + run.time() + " token " + run.token() + " started");
        job.executions.computeIfAbsent(run.time(), any -> new ArrayList<>()).add(execution);
        job.all.add(execution);
        job.byStart.put(execution.started, execution);
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
        checkGroup(execution);
        Job job = of(lane(execution.job, execution.host));
        if (!job.active.isEmpty()) {
            overlapping++;
            Execution other = job.active.iterator().next();
            problem(
                    execution.job,
                    execution.fire,
                    "runs on " + execution.host + " while " + other.fire + " runs on " + other.host);
        }
        job.active.add(execution);
        executing.add(execution);
        together = Math.max(together, executing.size());
    }

    private void checkGroup(Execution execution) {
        Optional<RunGroup> group = groups.of(execution.job);
        List<Execution> beside = executing.stream()
                .filter(other -> group.isPresent() && groups.of(other.job).equals(group))
                .toList();
        if (group.filter(many -> beside.size() >= many.limit()).isPresent()) {
            overlapping++;
            problem(
                    execution.job,
                    execution.fire,
                    "runs on " + execution.host + " beside "
                            + beside.stream()
                                    .map(other -> other.job + " on " + other.host)
                                    .sorted()
                                    .toList()
                            + " of its group " + group.get());
        }
    }

    /** Whether it may have found no slot of its group between these times. */
    private boolean isGroupFull(String job, long from, long until) {
        Optional<RunGroup> group = groups.of(job);
        if (group.isEmpty()) {
            return false;
        }
        List<RunningTogether.Taken> slots = new ArrayList<>();
        for (String other : groups.beside(job)) {
            Job its = of(other);
            its.byStart
                    .subMap(from - HOUR, until)
                    .values()
                    .forEach(run -> slots.add(new RunningTogether.Taken(run.started, heldUntil(run))));
            its.lost.forEach(line -> line.started()
                    .ifPresent(start -> slots.add(new RunningTogether.Taken(nanos(start), nanos(line.ended())))));
        }
        return RunningTogether.isFull(group.get().limit(), slots, from, until);
    }

    /** Until when its locks may have been taken. */
    private static long heldUntil(Execution run) {
        return run.ended == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : run.ended + (run.disturbed ? 3 * VirtualServer.LEASE : RECORDED);
    }

    /** How many commands have run at the same time, of whatever jobs, at most. */
    int together() {
        return together;
    }

    /** It is over before it began: the host could not run it. */
    void refused(VirtualHost host, RunId run) {
        of(lane(run.job(), host.name())).refused.add(run.token());
    }

    void history(String text) {
        text.lines().forEach(line -> HistoryLine.parse(line).ifPresent(this::history));
    }

    private void history(HistoryLine line) {
        Settlement settled = line.settlement();
        Job job = of(lane(line.job(), settled.instance()));
        if (settled.outcome() == Outcome.LOST) {
            job.lost.add(settled);
        }
        if (settled.trigger() == RunOrigin.MANUAL) {
            job.byHand.put(settled.token(), settled);
            return;
        }
        if (settled.count() > 1) {
            job.rows.add(settled);
        } else {
            job.history
                    .computeIfAbsent(settled.fire(), any -> new ArrayList<>())
                    .add(settled);
        }
    }

    /** What history tells of a job's runs, to a person on that host. */
    record Known(Optional<Instant> newest, long token) {}

    Known known(String job, String host) {
        List<Settlement> runs = of(lane(job, host)).history.values().stream()
                .flatMap(List::stream)
                .filter(line -> line.outcome().ran())
                .toList();
        return new Known(
                runs.stream().map(Settlement::through).max(Instant::compareTo),
                runs.stream().mapToLong(Settlement::token).max().orElse(0));
    }

    private boolean wasWell(Rollouts.Lane lane, String host, long begin, long end) {
        Condition well = lane.host().isPresent() ? Condition.UP : Condition.FIT;
        return HostSpans.covers(spans.of(well, host), begin, end);
    }

    /** Whether what that lane needs of the file server was there. */
    private boolean isHealthy(Optional<String> host, long begin, long end) {
        return troubles(host, begin, end).values().stream().noneMatch(to -> to >= begin);
    }

    /** What may matter to that time of what was wrong with it: since when, and until when. */
    private NavigableMap<Long, Long> troubles(Optional<String> host, long begin, long end) {
        return (host.isPresent() ? clockWrong : unhealthy).subMap(begin - HOUR, true, end, true);
    }

    /** Whether it was there for so long without a break that somebody could have started what was due. */
    private boolean isHealthyLongEnough(Optional<String> host, long begin, long end) {
        long free = begin;
        for (Map.Entry<Long, Long> span : troubles(host, begin, end).entrySet()) {
            if (span.getKey() - free >= ENOUGH) {
                return true;
            }
            free = Math.max(free, span.getValue());
        }
        return end - free >= ENOUGH;
    }

    /** The server's clock was wrong for that time. */
    void clockWrong(long from, long to) {
        clockWrong.merge(from, to, Math::max);
    }

    /** Storage did not work for that time, for any host. */
    void unhealthy(long from, long to) {
        unhealthy.merge(from, to, Math::max);
    }

    // The verdict.

    /** Looks at every fire that there should have been, and at every start. */
    void judge(Rollouts planned) {
        planned.expected().forEach((lane, fires) -> {
            Set<Instant> expected = new HashSet<>();
            boolean begun = true;
            JobDefinition before = fires.get(0).definition();
            for (Rollouts.Expected fire : fires) {
                begun &= fire.definition().scheduleHash().equals(before.scheduleHash());
                before = fire.definition();
                begun |= judge(lane, fire, begun);
                expected.add(fire.fire());
            }
            others(lane, before, expected, planned);
        });
    }

    /** What a person started, or was due while hosts had different schedules, is in history as well. */
    private void others(Rollouts.Lane lane, JobDefinition definition, Set<Instant> expected, Rollouts planned) {
        Job job = of(lane.host().map(host -> lane(lane.job(), host)).orElse(lane.job()));
        for (Execution start : job.all) {
            Settlement byHand = job.byHand.get(start.token);
            if (byHand == null) {
                checkWishes(lane, start);
                checkPlace(start);
            }
            if (byHand != null) {
                check(start, byHand);
            } else if (!planned.mayHave(lane.job(), start.fire)) {
                unaccounted++;
                problem(lane.job(), start.fire, "started, though it was never due");
            } else if (!expected.contains(start.fire) && !start.fire.isAfter(planned.end())) {
                List<Execution> starts = job.executions.getOrDefault(start.fire, List.of());
                List<Settlement> lines = lines(job, start.fire);
                String contradiction =
                        lines.isEmpty() ? "started, but not in history" : contradiction(job, starts, lines);
                if (contradiction != null) {
                    unaccounted++;
                    problem(lane.job(), start.fire, contradiction);
                }
                if (starts.size() > 1 && !mayRunAgain(definition, starts, lines)) {
                    doubled++;
                    problem(lane.job(), start.fire, "started " + starts.size() + " times");
                }
            }
            if (start.fenced && !start.disturbed && isHealthy(lane.host(), start.started - HOUR / 30, start.ended)) {
                needless++;
                problem(lane.job(), start.fire, "ended by its supervisor though nothing was wrong");
            }
        }
    }

    /** A run that nobody asked for by name. What a host does by itself, it may do by what it read before it was cut off. */
    private void checkWishes(Rollouts.Lane lane, Execution start) {
        Optional<Long> since = wishes.against(start.job, start.host, start.started);
        if (lane.host().isEmpty()
                && since.filter(begin -> isHealthy(lane.host(), begin, start.started))
                        .isPresent()) {
            unaccounted++;
            problem(
                    start.job,
                    start.fire,
                    "started on " + start.host + " "
                            + Duration.ofNanos(start.started - since.get()).toSeconds()
                            + " s after somebody asked that it not be");
        }
    }

    private void checkPlace(Execution start) {
        if (!world.drawn().allows(start.job, start.host)) {
            unaccounted++;
            problem(start.job, start.fire, "started on " + start.host + ", where it may not run");
        }
    }

    private void check(Execution start, Settlement line) {
        if (isContradicted(start, line)) {
            unaccounted++;
            problem(
                    start.job,
                    start.fire,
                    "run by hand with token " + start.token + ", ended as " + start.how + ", but history says "
                            + words(List.of(line)));
        }
    }

    private static List<Settlement> lines(Job job, Instant fire) {
        List<Settlement> lines = new ArrayList<>(job.history.getOrDefault(fire, List.of()));
        job.rows.stream()
                .filter(row -> !fire.isBefore(row.fire()) && !fire.isAfter(row.through()))
                .forEach(lines::add);
        return lines;
    }

    /**
     * Looks at one fire.
     *
     * @param begun whether its schedule has been followed before: one that is new begins when an instance first looks
     * @return whether anything is known of it
     */
    boolean judge(Rollouts.Lane lane, Rollouts.Expected expected, boolean begun) {
        fires++;
        JobDefinition definition = expected.definition();
        Instant fire = expected.fire();
        Job job = of(lane.host().map(host -> lane(lane.job(), host)).orElse(lane.job()));
        List<Execution> starts = job.executions.getOrDefault(fire, List.of());
        List<Settlement> lines = lines(job, fire);
        if (starts.isEmpty() && lines.isEmpty() && isOwedNothing(lane, job, expected, begun)) {
            excuses.merge(Excuse.NOT_DEFINED, 1, Integer::sum);
            return false;
        }
        judge(lane, definition, job, fire, starts, lines);
        return true;
    }

    /** What history tells of a fire of a job of the fleet; nothing if it tells nothing. */
    String outcome(String job, Instant fire) {
        return lines(of(job), fire).stream()
                .map(line -> line.outcome().word())
                .distinct()
                .collect(Collectors.joining(" "));
    }

    /** How often a job's command has been started. */
    int starts(String job) {
        return of(job).all.size();
    }

    /** The highest with which it has been started. */
    long token(String job) {
        return of(job).newestToken;
    }

    /** On which hosts it was started after that time. */
    List<String> hosts(String job, Instant after) {
        return of(job).byStart.tailMap(nanos(after), false).values().stream()
                .map(start -> start.host)
                .toList();
    }

    /** Why a fire did not run, as history tells. */
    String reason(String job, Instant fire) {
        return lines(of(job), fire).stream()
                .flatMap(line -> line.reason().stream())
                .distinct()
                .collect(Collectors.joining(" "));
    }

    /** Whether a schedule had no chance to begin, or left its host before the fire was settled. */
    private boolean isOwedNothing(Rollouts.Lane lane, Job job, Rollouts.Expected expected, boolean begun) {
        long at = nanos(expected.fire());
        // What comes due during a run is settled when that has ended, if the job is still there.
        long settles = Math.max(at, busyTo(job, at, at));
        long due = isHealthy(lane.host(), at, at) ? at : at + Injector.JUMP; // by a server's clock that is behind
        boolean gone = lane.host()
                .map(host -> spans.heldWithin(
                        Condition.OUTDATED, host, onRecord(lane, at), Math.max(settles, nextUp(host, due))))
                .orElseGet(() -> hadNobody(at, Math.max(settles, due)));
        return gone
                || (!begun
                        && excuse(lane, job, at, tolerance(lane, expected), List.of(), List.of())
                                .isPresent());
    }

    /** Whether there was a moment in which only hosts took part that did not have the definition: then the fleet had it not. */
    private boolean hadNobody(long from, long until) {
        LongStream ends = spans.of(Condition.DEFINES).values().stream()
                .flatMap(own -> own.headMap(until, true).values().stream())
                .mapToLong(end -> end + 1)
                .filter(moment -> moment > from && moment <= until);
        return LongStream.concat(LongStream.of(from), ends)
                .anyMatch(moment -> !spans.heldAt(Condition.DEFINES, moment) && spans.heldAt(Condition.LACKS, moment));
    }

    /** What a host had by then, it had on record: not what it got while the server's clock was wrong. */
    private long onRecord(Rollouts.Lane lane, long at) {
        return troubles(lane.host(), at, at).entrySet().stream()
                .filter(span -> span.getValue() >= at)
                .mapToLong(Map.Entry::getKey)
                .min()
                .orElse(at);
    }

    /** When that host was able to look at what was due then. */
    private long nextUp(String host, long at) {
        NavigableMap<Long, Long> up = spans.of(Condition.UP, host);
        Long next = HostSpans.covers(up, at, at) ? null : up.higherKey(at);
        return next == null ? at : next;
    }

    private static long nanos(Instant time) {
        return Duration.between(VirtualWorld.BEGIN, time).toNanos();
    }

    private static long tolerance(Rollouts.Lane lane, Rollouts.Expected expected) {
        Instant fire = expected.fire();
        return Math.min(
                lane.host().isPresent() ? OWN_TOLERANCE : said(expected.definition()),
                expected.definition()
                        .schedule()
                        .next(fire)
                        .map(next -> Duration.between(fire, next).toNanos())
                        .orElse(Long.MAX_VALUE));
    }

    /** What a definition says, or what holds where it says nothing. */
    private static long said(JobDefinition definition) {
        return definition.policy().tolerance().map(Duration::toNanos).orElse(TOLERANCE);
    }

    private void judge(
            Rollouts.Lane lane,
            JobDefinition definition,
            Job job,
            Instant fire,
            List<Execution> starts,
            List<Settlement> lines) {
        if (starts.size() == 1) {
            once++;
        }
        if (starts.size() > 1 && !mayRunAgain(definition, starts, lines)) {
            doubled++;
            problem(definition.name(), fire, "started " + starts.size() + " times");
        }
        String contradiction = contradiction(job, starts, lines);
        String unasked = contradiction == null ? unasked(lane, definition, fire, starts, lines) : contradiction;
        if (unasked != null) {
            unaccounted++;
            problem(definition.name(), fire, unasked);
            return;
        }
        boolean excepted = definition.exclusions().reason(fire).isPresent();
        if (excepted || (starts.isEmpty() && lines.stream().anyMatch(Wishes::isLeftOut))) {
            excuses.merge(Excuse.LEFT_OUT, 1, Integer::sum);
            return;
        }
        judgeTime(lane, new Rollouts.Expected(fire, definition), job, starts, lines);
    }

    private void judgeTime(
            Rollouts.Lane lane, Rollouts.Expected expected, Job job, List<Execution> starts, List<Settlement> lines) {
        JobDefinition definition = expected.definition();
        Instant fire = expected.fire();
        long at = nanos(fire);
        if (starts.isEmpty() || starts.get(0).started > at + Math.max(TOLERANCE, said(definition))) {
            Optional<Excuse> excuse = excuse(lane, job, at, tolerance(lane, expected), starts, lines);
            if (excuse.isEmpty()
                    && said(definition) < TOLERANCE
                    && !isCalm(lane, at - TOLERANCE, at + said(definition))) {
                excuse = Optional.of(Excuse.NO_FIT_INSTANCE); // the death of one may go unnoticed for longer
            }
            excuse.ifPresent(found -> excuses.merge(found, 1, Integer::sum));
            if (excuse.isEmpty()) {
                needless++;
                problem(
                        definition.name(),
                        fire,
                        (starts.isEmpty() ? "not started" : "started too late") + " though a fit host was up: "
                                + words(lines));
            }
            return;
        }
        long delay = starts.get(0).started - at;
        late.add(delay);
        boolean quiet = isHealthy(lane.host(), at - TOLERANCE, at + PROMPT)
                && isCalm(lane, at - TOLERANCE, at + PROMPT)
                && !isBusy(job, at - RECORDED, at)
                && !isHeld(job, fire)
                && groups.of(definition.name()).isEmpty();
        if (quiet) {
            undisturbed++;
            if (delay > PROMPT && ++tardy > FEW && tardy > undisturbed / SLOW) {
                needless++;
                problem(
                        definition.name(),
                        fire,
                        "started " + delay / 1_000_000 + " ms late though nothing was wrong, as " + (tardy - 1) + " of "
                                + undisturbed + " before");
            }
        }
    }

    /** What is to be left out does not start and is on record with the reason; nothing else is. */
    private @Nullable String unasked(
            Rollouts.Lane lane,
            JobDefinition definition,
            Instant fire,
            List<Execution> starts,
            List<Settlement> lines) {
        Optional<String> excepted = definition.exclusions().reason(fire);
        if (excepted.isPresent()) {
            boolean asWritten = lines.stream()
                    .allMatch(line -> line.outcome() == Outcome.SKIPPED
                            && (line.reason().equals(excepted) || Wishes.isLeftOut(line)));
            return starts.isEmpty() && asWritten
                    ? null
                    : "excepted, but started " + starts.size() + " times, and history says " + words(lines);
        }
        boolean known = isHealthy(lane.host(), nanos(fire) - HOUR / 6, nanos(fire) + HOUR / 6);
        if (!known || lane.host().isPresent()) {
            return null;
        }
        Optional<String> late = tooLate(definition, fire, lines);
        if (late.isPresent()) {
            return late.get();
        }
        for (Settlement line : lines) {
            if (Wishes.isLeftOut(line) && !wishes.mayLeaveOut(definition.name(), nanos(fire), nanos(line.ended()))) {
                return "nobody asked for what history says: " + line.reason().orElse("");
            }
        }
        boolean skipped = lines.stream()
                .allMatch(line ->
                        line.outcome() == Outcome.SKIPPED || line.reason().equals(Optional.of(Repair.BY_HAND)));
        return wishes.leavesOut(definition.name(), nanos(fire)).isPresent() && !skipped
                ? "to be left out, but history says " + words(lines)
                : null;
    }

    /** What waits for nothing, is not caught up and is not run again, is claimed within its tolerance. */
    private static Optional<String> tooLate(JobDefinition definition, Instant fire, List<Settlement> lines) {
        RunPolicy policy = definition.policy();
        boolean mayBeLate = policy.overlap() == Overlap.QUEUE
                || policy.onLost() == OnLost.RERUN
                || policy.catchUp().policy() != CatchUpPolicy.NONE;
        return lines.stream()
                .filter(line -> !mayBeLate && line.outcome().ran())
                .flatMap(line -> line.started().stream())
                .map(claim -> Duration.between(fire, claim))
                .filter(delay -> delay.toNanos() > said(definition) + Wishes.CLOCKS)
                .map(delay -> "claimed " + delay.toSeconds() + " s after its time, which is beyond its tolerance")
                .findFirst();
    }

    private static boolean mayRunAgain(JobDefinition definition, List<Execution> starts, List<Settlement> lines) {
        return definition.policy().onLost() == OnLost.RERUN
                && starts.subList(0, starts.size() - 1).stream()
                        .allMatch(start -> lines.stream()
                                .anyMatch(line -> line.token() == start.token && line.outcome() == Outcome.LOST));
    }

    private static boolean isContradicted(Execution start, Settlement line) {
        if (start.how.isEmpty() || start.disturbed) {
            return false;
        }
        Outcome reported = switch (start.how.get()) {
            case SUCCEEDED -> Outcome.SUCCEEDED;
            case TIMED_OUT -> Outcome.TIMED_OUT;
            default -> Outcome.FAILED;
        };
        return line.outcome() != reported || line.attempts() != start.attempts;
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
            if (isContradicted(start, line.get())) {
                return "its command ended as " + start.how.get() + " after " + start.attempts
                        + " attempts, but history says " + words(lines);
            }
        }
        for (Settlement line : lines) {
            boolean ended = line.outcome() == Outcome.SUCCEEDED || line.outcome() == Outcome.FAILED;
            if (ended
                    && !job.refused.contains(line.token())
                    && !line.exit().equals(OptionalInt.of(RunLauncher.REFUSED))
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

    /** When each of those was able to that could start it. */
    private Collection<NavigableMap<Long, Long>> able(Rollouts.Lane lane) {
        return lane.host().isPresent()
                ? List.of(spans.of(Condition.UP, lane.host().get()))
                : spans.of(Condition.FIT).entrySet().stream()
                        .filter(host -> world.drawn().allows(lane.job(), host.getKey()))
                        .map(Map.Entry::getValue)
                        .toList();
    }

    /** Whether each of those was able all the time. */
    private boolean isCalm(Rollouts.Lane lane, long begin, long end) {
        return able(lane).stream().allMatch(own -> HostSpans.covers(own, begin, end));
    }

    private Optional<Excuse> excuse(
            Rollouts.Lane lane, Job job, long at, long tolerance, List<Execution> starts, List<Settlement> lines) {
        Instant fire = world.instant(at);
        long until = at + tolerance;
        boolean skipped = lines.stream().anyMatch(line -> line.outcome() == Outcome.SKIPPED);
        boolean waited = skipped || !starts.isEmpty();
        boolean inTurn = starts.isEmpty() || starts.get(0).started <= queuedTo(job, at, starts.get(0)) + TOLERANCE;
        if (waited && inTurn && isBusy(job, at, at + VirtualServer.LEASE / 2)) {
            return Optional.of(Excuse.RUNNING);
        }
        if (!skipped && isBusy(job, at, at) && (isBusy(job, until, until) || isHeld(job, world.instant(until)))) {
            return Optional.of(Excuse.RUNNING); // it was over too late for anything but catching up
        }
        long held = heldTo(job, fire);
        boolean soonAfter = !starts.isEmpty() && starts.get(0).started <= held + TOLERANCE;
        if (held >= at && (skipped || soonAfter || held + RECORDED >= until)) {
            return Optional.of(Excuse.HELD_BY_LOST_RUN);
        }
        if (isGroupFull(lane.job(), at, until)) {
            return Optional.of(Excuse.GROUP_FULL);
        }
        boolean duringRun =
                isBusy(job, at - Injector.JUMP, until); // by a clock that jumped, it may have been due in one
        long free = Math.min(until, Math.max(at, Math.max(held, busyTo(job, at, at))));
        if ((!skipped || duringRun)
                && !isHealthy(lane.host(), at, until)
                && (skipped || !isHealthyLongEnough(lane.host(), free, until))) { // skipped: by a run that it delayed
            return Optional.of(Excuse.STORAGE);
        }
        if (lines.stream().anyMatch(line -> isDisturbed(lane, line))) {
            return Optional.of(Excuse.DISTURBED_CLAIM);
        }
        if ((skipped && lines.stream().anyMatch(line -> line.settledBy().contains("~")))
                || lines.stream().anyMatch(line -> line.reason().equals(Optional.of(Repair.BY_HAND)))) {
            return Optional.of(Excuse.SETTLED_BY_HAND);
        }
        boolean mayBeSkipped = lane.host().isPresent(); // its own run may stand still after the claim, with its host
        if ((!skipped || mayBeSkipped) && able(lane).stream().noneMatch(own -> HostSpans.covers(own, at, until))) {
            return Optional.of(Excuse.NO_FIT_INSTANCE);
        }
        return Optional.empty();
    }

    /** Whether its claimer was not well all the time until its run was found to be lost, or was not able to start it. */
    private boolean isDisturbed(Rollouts.Lane lane, Settlement lost) {
        if (lost.started().isEmpty()) {
            return false;
        }
        long claim = nanos(lost.started().get());
        if (lost.exit().equals(OptionalInt.of(RunLauncher.REFUSED))) {
            boolean own =
                    lane.host().isPresent(); // nobody else can start it: what was wrong may be over since a moment
            boolean fellIll = wasWell(lane, lost.instance(), claim - PREPARED, claim - PREPARED)
                    && !wasWell(lane, lost.instance(), claim - PREPARED, claim + STARTED);
            return fellIll || (own && !wasWell(lane, lost.instance(), claim - NOTICED, claim));
        }
        return lost.outcome() == Outcome.LOST && !wasWell(lane, lost.instance(), claim, nanos(lost.ended()));
    }

    /** Whether a run that began before {@code end} may have been on record at {@code begin}. */
    private static boolean isBusy(Job job, long begin, long end) {
        return busyTo(job, begin, end) >= begin;
    }

    /** Until when; before everything if there is none. */
    private static long busyTo(Job job, long begin, long end) {
        return job.byStart.subMap(begin - HOUR, end + 1).values().stream()
                .mapToLong(Judge::heldUntil)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    /** Until when runs, one after the other, may have kept a fire that was due then from its start. */
    private static long queuedTo(Job job, long at, Execution start) {
        long free = at;
        for (Execution other : job.byStart.subMap(at - HOUR, start.started).values()) {
            if (other.started <= free + TOLERANCE) {
                free = Math.max(free, heldUntil(other));
            }
        }
        return free;
    }

    /** Whether a fire before it was claimed by a host that died: its lock was taken until the lease was over. */
    private static boolean isHeld(Job job, Instant fire) {
        return heldTo(job, fire) >= nanos(fire);
    }

    /** Until when; before everything if none was. */
    private static long heldTo(Job job, Instant fire) {
        return job.lost.stream()
                .filter(line ->
                        line.started().filter(start -> !start.isAfter(fire)).isPresent())
                .mapToLong(line -> nanos(line.ended()))
                .filter(ended -> ended >= nanos(fire))
                .max()
                .orElse(Long.MIN_VALUE);
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

    /** Whether something has happened that must not, whatever history tells later. */
    boolean hasSeenProblem() {
        return !problems.isEmpty();
    }

    List<Problem> problems() {
        return problems.stream().sorted(Comparator.comparing(Problem::fire)).toList();
    }

    int doubled() {
        return doubled + tokens;
    }

    /** The verdict. */
    Verdict verdict() {
        return new Verdict(
                fires,
                once,
                doubled,
                overlapping,
                unaccounted,
                needless,
                tokens,
                early,
                Map.copyOf(excuses),
                lateness(),
                problems());
    }

    /**
     * How the fleet did.
     *
     * @param tokens given twice, or lower than one before
     * @param early started before their time
     * @param excuses why fires were not started within their tolerance, where the fleet is not to blame
     * @param lateness of those that were
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
            Map<Excuse, Integer> excuses,
            Lateness lateness,
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

    /**
     * How long after their time fires were started, in milliseconds.
     *
     * @param disturbed the median of those that took more than a second: their first instance failed
     * @param disturbed99 of these, what one in a hundred exceeds
     * @param least how many starts the instance with the fewest made
     * @param most how many the one with the most made
     */
    record Lateness(long p50, long p99, long worst, long disturbed, long disturbed99, int least, int most) {}

    private Lateness lateness() {
        List<Long> sorted =
                late.stream().map(nanos -> nanos / 1_000_000).sorted().toList();
        List<Long> slow = sorted.stream().filter(millis -> millis > 1_000).toList();
        Map<String, Integer> starts = new HashMap<>();
        jobs.values().forEach(job -> job.all.forEach(start -> starts.merge(start.host, 1, Integer::sum)));
        return new Lateness(
                share(sorted, 0.5),
                share(sorted, 0.99),
                share(sorted, 1),
                share(slow, 0.5),
                share(slow, 0.99),
                starts.values().stream().mapToInt(Integer::intValue).min().orElse(0),
                starts.values().stream().mapToInt(Integer::intValue).max().orElse(0));
    }

    private static long share(List<Long> sorted, double part) {
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1, (long) (sorted.size() * part)));
    }
}
