package io.fleetcron.ledger;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.ledger.ClaimDecision.Start;
import io.fleetcron.ledger.ClaimInput.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The protocol under the lock, as a pure function. In this order:
 *
 * <ol>
 *   <li>What came due before a change of the schedule is settled under the ledger's own; only then the new one begins, at
 *       the time since when the fleet has had it. A job without a definition starts nothing; one whose definition is back
 *       owes nothing from the time without it.
 *   <li>A run recorded as started is over, for its lock was free: it ends as its supervisor reported, else it is lost
 *       (and, with {@code on_lost: rerun}, started again).
 *   <li>A fire that is owed (a rerun, a queued fire, one that a run by hand forestalled) goes first. It stays in the
 *       record until it is claimed.
 *   <li>Fires that were late already when a catch-up began are caught up first.
 *   <li>Fires that came due while the job ran follow {@code overlap}.
 *   <li>All other due fires are on time, or follow {@code catch_up}.
 * </ol>
 *
 * A fire that is left out on purpose is not started by any of these rules. One that is to be started stays due as long as its
 * group is full, which is found out afterwards ({@link ClaimDecision#waiting}). Whatever is not started is settled, oldest first, so that {@code settled} never passes over an open fire.
 */
public final class ClaimProtocol {

    private static final Schedule NEVER = new Schedule() {
        @Override
        public Optional<Instant> next(Instant after) {
            return Optional.empty();
        }

        @Override
        public String canonical() {
            return "";
        }
    };

    /** What came due under another schedule so long ago is not worked out any more. */
    private static final Duration LONGEST_ABSENCE = Duration.ofDays(366);

    /** A fire whose host dies each time (perhaps because of the job itself) is not started indefinitely. */
    static final int MAX_RERUNS = 3;

    private final ClaimInput situation;
    private final JobDefinition job;
    private final Duration tolerance;
    private final Instant now;
    private final List<Settlement> settled = new ArrayList<>();
    private LedgerRecord record;
    private boolean starts;
    private Schedule schedule;
    private Instant limit;
    private Optional<Instant> ranUntil = Optional.empty();

    private ClaimProtocol(ClaimInput situation) {
        this.situation = situation;
        this.job = situation.job();
        this.tolerance = job.policy().tolerance(situation.lease());
        this.now = situation.now();
        this.starts = job.enabled() && situation.standing() == Standing.DEFINED;
        this.record = situation.record();
        this.schedule = situation
                .boot()
                .map(boot -> Schedules.onHost(job.schedule(), boot))
                .orElse(job.schedule());
        this.limit = now;
    }

    /** Decides what to settle and what to start. */
    public static ClaimDecision decide(ClaimInput situation) {
        return new ClaimProtocol(situation).decide();
    }

    private ClaimDecision decide() {
        if (situation.standing() == Standing.HELD) {
            record.run().ifPresent(this::end);
            return decided(Optional.empty());
        }
        boolean same = record.schedule().equals(job.scheduleHash());
        Instant since = situation.since();
        boolean back =
                situation.standing() == Standing.RETURNED && !record.settled().isBefore(since);
        if (same && (back || situation.standing() == Standing.DEFINED)) {
            starts = job.enabled();
            return decided(step());
        }
        Schedule own = schedule;
        if (!same) {
            boolean recent = record.settled().isAfter(situation.until().minus(LONGEST_ABSENCE));
            schedule = record.times()
                    .filter(text -> recent)
                    .flatMap(Schedules::ofCanonical)
                    .orElse(NEVER);
        }
        limit = situation.until().isBefore(now) ? situation.until() : now;
        Optional<Start> start = step();
        if (start.isPresent()) {
            return decided(start);
        }
        if (situation.standing() == Standing.RETIRED) {
            record = record.retired();
            return decided(start);
        }
        record = record.withSchedule(job, since);
        starts = job.enabled();
        schedule = own;
        limit = now;
        return decided(ranUntil.flatMap(this::overlap).or(this::catchUpOrOnTime));
    }

    private ClaimDecision decided(Optional<Start> start) {
        return new ClaimDecision(record, settled, start);
    }

    /** Settles the run and what is due, up to {@link #limit}, until something is to be started. */
    private Optional<Start> step() {
        return record.run().isPresent() ? afterRun(record.run().get()) : owed().or(this::catchUpOrOnTime);
    }

    private Optional<Start> afterRun(CurrentRun run) {
        Instant until = end(run);
        return owed().or(this::backlog).or(() -> overlap(until)).or(this::catchUpOrOnTime);
    }

    /** Settles the run; returns up to when it surely ran. */
    private Instant end(CurrentRun run) {
        Optional<RunEnd> reported = situation.result().filter(r -> r.isOf(run)).map(RunResult::end);
        Outcome outcome = reported.map(RunEnd::outcome).orElse(Outcome.LOST);
        Instant ended = reported.map(RunEnd::ended).orElse(now);
        boolean scheduled = run.trigger() == RunOrigin.SCHEDULE;
        boolean rerun = outcome == Outcome.LOST
                && scheduled
                && job.policy().onLost() == OnLost.RERUN
                && run.reruns() < MAX_RERUNS;
        record = record.withoutRun();
        settle(
                Settlement.ofRun(run, outcome, reported, ended, situation.instance()),
                scheduled && !rerun ? run.fire() : record.settled());
        // Nobody knows how long a lost run ran: what came due in the meantime is simply late.
        Instant end = ended.isBefore(now) ? ended : now;
        Instant until = outcome == Outcome.LOST ? run.started() : end;
        Instant lastSeen = reported.isPresent() ? end : lastSign(run);
        ranUntil = Optional.of(until);
        record = record.withOwed(
                rerun
                        ? Optional.of(new Owed(run.fire(), Owed.Why.RERUN, lastSeen, run.reruns() + 1))
                        : record.owed().map(owed -> owed.notBefore(lastSeen)));
        return until;
    }

    private Instant lastSign(CurrentRun run) {
        Instant sign = situation.lastSign().filter(s -> !s.isAfter(now)).orElse(run.started());
        return sign.isAfter(run.started()) ? sign : run.started();
    }

    /** Starts what an earlier decision, of whatever instance, was not able to start, unless it is too late for it. */
    private Optional<Start> owed() {
        if (record.owed().isEmpty()) {
            return Optional.empty();
        }
        Owed owed = record.owed().get();
        boolean wanted = starts
                && situation.leftOut().reason(owed.fire()).isEmpty()
                && (owed.why() != Owed.Why.RERUN || job.policy().onLost() == OnLost.RERUN);
        if (wanted && owed.why() == Owed.Why.QUEUED && late(owed.since()).compareTo(tolerance) <= 0) {
            return newestOf(due(now), owed);
        }
        Duration window = owed.why() == Owed.Why.RERUN ? rerunWindow() : window();
        if (wanted && owed.why() != Owed.Why.QUEUED && late(owed.since()).compareTo(window) <= 0) {
            return Optional.of(new Start(owed.fire(), owed.reruns()));
        }
        record = record.withOwed(Optional.empty());
        if (owed.why() == Owed.Why.RERUN) {
            record = record.settledUpTo(owed.fire()); // as lost, which is on record
        }
        // Any other is from here on a late fire like those beside it.
        return Optional.empty();
    }

    private Optional<Start> newestOf(DueFires due, Owed owed) {
        int newest = due.newestOpen();
        settleAll(due, newest < 0 ? due.fires().size() : newest, Outcome.SKIPPED);
        if (newest < 0) {
            record = record.withOwed(Optional.empty());
            return Optional.empty();
        }
        Instant fire = due.fires().get(newest);
        record = record.withOwed(Optional.of(owed.withFire(fire)));
        return Optional.of(new Start(fire, 0));
    }

    /** How late a fire may be started that nothing but time stands against. */
    private Duration window() {
        Duration within = job.policy().catchUp().within();
        return within.compareTo(tolerance) > 0 ? within : tolerance;
    }

    /** As {@link #window}, but no shorter than it takes to notice that a host died. */
    private Duration rerunWindow() {
        Duration noticed = situation
                .lease()
                .map(lease -> RunPolicy.usualTolerance(Optional.of(lease)))
                .orElse(Duration.ZERO);
        return noticed.compareTo(window()) > 0 ? noticed : window();
    }

    private Optional<Start> backlog() {
        if (record.backlog().isEmpty()) {
            return Optional.empty();
        }
        Instant until = record.backlog().get();
        Optional<Start> start = choose(due(until.isBefore(now) ? until : now));
        if (start.isEmpty()) {
            record = record.withBacklog(Optional.empty());
        }
        return start;
    }

    private Optional<Start> overlap(Instant until) {
        DueFires due = due(until);
        if (due.isEmpty()) {
            return Optional.empty();
        }
        if (job.policy().overlap() == Overlap.SKIP || !starts) {
            settleAll(due, due.fires().size(), Outcome.SKIPPED);
            return Optional.empty();
        }
        if (late(until).compareTo(tolerance) <= 0) {
            return newestOf(due(now), new Owed(due.newest(), Owed.Why.QUEUED, until, 0));
        }
        // It was its turn, but nobody was there to start it: from here on it is a late fire like any other.
        settleAll(due, due.fires().size() - 1, Outcome.SKIPPED);
        return Optional.empty();
    }

    private Optional<Start> catchUpOrOnTime() {
        return backlog().or(() -> choose(due(now)));
    }

    /** Starts the fire that tolerance and {@code catch_up} allow, and settles all before it as missed. */
    private Optional<Start> choose(DueFires due) {
        int chosen = chosen(due);
        boolean none = chosen < 0;
        settleAll(due, none ? due.fires().size() : chosen, Outcome.MISSED);
        if (none) {
            return Optional.empty();
        }
        if (chosen < due.fires().size() - 1 && record.backlog().isEmpty()) {
            record = record.withBacklog(Optional.of(due.newest()));
        }
        return Optional.of(new Start(due.fires().get(chosen), 0));
    }

    private int chosen(DueFires due) {
        CatchUp catchUp = job.policy().catchUp();
        int newest = due.newestOpen();
        if (newest < 0 || !starts) {
            return -1;
        }
        if (catchUp.policy() == CatchUpPolicy.ALL) {
            for (int i = 0; i < newest; i++) {
                if (late(due.fires().get(i)).compareTo(catchUp.within()) <= 0 && due.open(i)) {
                    return i;
                }
            }
        }
        Duration late = late(due.fires().get(newest));
        boolean onTime = late.compareTo(tolerance) <= 0;
        boolean caughtUp = catchUp.policy() != CatchUpPolicy.NONE && late.compareTo(catchUp.within()) <= 0;
        return onTime || caughtUp ? newest : -1;
    }

    private Duration late(Instant fire) {
        return Duration.between(fire, now);
    }

    private DueFires due(Instant upTo) {
        if (!job.enabled() && schedule == job.schedule()) {
            return new DueFires(Optional.empty(), List.of(), LeftOut.NONE);
        }
        return DueFires.between(schedule, record.settled(), upTo.isBefore(limit) ? upTo : limit, situation.leftOut());
    }

    private void settleAll(DueFires due, int count, Outcome outcome) {
        due.older()
                .ifPresent(row -> settle(
                        unrun(row.first(), outcome, row.leftOut()).reaching(row.last(), row.count()), row.last()));
        for (Instant fire : due.fires().subList(0, count)) {
            settle(unrun(fire, outcome, situation.leftOut().reason(fire)), fire);
        }
    }

    private Settlement unrun(Instant fire, Outcome outcome, Optional<String> leftOut) {
        Outcome settled = leftOut.isPresent() ? Outcome.SKIPPED : outcome;
        return Settlement.unrun(
                fire, settled, leftOut.or(() -> waited(fire)), situation.instance(), record.token(), now);
    }

    private Optional<String> waited(Instant fire) {
        return record.waiting().filter(waiting -> waiting.fire().equals(fire)).map(Waiting::reason);
    }

    private void settle(Settlement settlement, Instant upTo) {
        settled.add(settlement);
        record = record.with(settlement, upTo);
    }
}
