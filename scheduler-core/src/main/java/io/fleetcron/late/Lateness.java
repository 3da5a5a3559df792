package io.fleetcron.late;

import io.fleetcron.config.Expectations;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.late.Late.NoSuccess;
import io.fleetcron.late.Late.NotStarted;
import io.fleetcron.late.Late.TooLong;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.FailureStreak;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.ledger.Owed;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What of a job is late, by its ledger. Pure functions. Runs by hand do not count, and neither does a fire that was settled
 * before it was late: how it ended is told by itself.
 */
public final class Lateness {

    /** What was over longer ago is news to nobody. */
    private static final Duration OLDEST = Duration.ofDays(1);

    /** So many fires that are left out on purpose are passed over; a job with more open ones has other troubles. */
    private static final int MOST_FIRES = 100_000;

    private final JobDefinition job;
    private final Expectations expected;
    private final LedgerRecord record;
    private final LeftOut leftOut;
    private final Instant now;

    private Lateness(JobDefinition job, LedgerRecord record, LeftOut leftOut, Instant now) {
        this.job = job;
        this.expected = job.policy().notices().expectations();
        this.record = record;
        this.leftOut = leftOut.and(job::exclusion);
        this.now = now;
    }

    /** Whether anything of that job can be late. */
    public static boolean isWatched(JobDefinition job) {
        return job.enabled() && !job.policy().notices().expectations().equals(Expectations.NONE);
    }

    /**
     * All that is late, and what was and is over since yesterday.
     *
     * @param record the job's ledger, perhaps read without its lock
     * @param leftOut which fires people keep from starting; what the definition excepts is known here
     */
    public static List<Late> of(JobDefinition job, LedgerRecord record, LeftOut leftOut, Instant now) {
        return isWatched(job) ? new Lateness(job, record, leftOut, now).all() : List.of();
    }

    /** All that is late now. */
    public static List<Late> now(JobDefinition job, LedgerRecord record, LeftOut leftOut, Instant now) {
        return of(job, record, leftOut, now).stream()
                .filter(late -> !late.isOver())
                .toList();
    }

    /**
     * The earliest time at which something could be late that is not by now, whatever happens to the ledger until then; a
     * time that is not later than now if that depends on what happens.
     */
    public static Instant next(JobDefinition job, LedgerRecord record, Instant now) {
        return new Lateness(job, record, LeftOut.NONE, now).next();
    }

    private List<Late> all() {
        List<Late> all = new ArrayList<>();
        expected.lateAfter().ifPresent(limit -> {
            all.addAll(startedLate(limit));
            open().filter(fire -> isPast(fire, limit))
                    .ifPresent(fire -> all.add(new NotStarted(fire, limit, Optional.empty())));
        });
        expected.expected().ifPresent(limit -> all.addAll(tooLong(limit)));
        expected.noSuccessFor().flatMap(this::noSuccess).ifPresent(all::add);
        return all;
    }

    private boolean isPast(Instant from, Duration limit) {
        return !now.isBefore(from.plus(limit));
    }

    /** The scheduled fires that were started too late. */
    private List<Late> startedLate(Duration limit) {
        Map<Instant, Instant> starts = new TreeMap<>();
        if (job.policy().onLost() == OnLost.SKIP) { // else the ledger may remember a second start and not the first
            record.recent().stream()
                    .filter(settled -> settled.trigger() == RunOrigin.SCHEDULE
                            && settled.ended().isAfter(now.minus(OLDEST)))
                    .forEach(settled -> settled.started().ifPresent(time -> starts.put(settled.fire(), time)));
        }
        scheduledRun().filter(run -> run.reruns() == 0).ifPresent(run -> starts.put(run.fire(), run.started()));
        List<Late> late = new ArrayList<>();
        starts.forEach((fire, start) -> {
            if (!start.isBefore(fire.plus(limit))) {
                late.add(new NotStarted(fire, limit, Optional.of(start)));
            }
        });
        return late;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private Optional<CurrentRun> scheduledRun() {
        return record.run().filter(run -> run.trigger() == RunOrigin.SCHEDULE);
    }

    /** The oldest fire that is to be started and waits for that. Those behind it wait for it. */
    private Optional<Instant> open() {
        if (!knowsSchedule()) {
            return Optional.empty();
        }
        Instant after = record.accountedUpTo();
        if (record.owed().filter(owed -> owed.why() == Owed.Why.RERUN).isPresent()) {
            Instant lost = record.owed().orElseThrow().fire();
            after = lost.isAfter(after) ? lost : after; // it was started
        }
        Optional<Instant> fire = job.schedule().next(after);
        Optional<Instant> newest = Optional.empty();
        for (int i = 0; i < MOST_FIRES && fire.isPresent() && !fire.get().isAfter(now); i++) {
            if (leftOut.reason(fire.get()).isEmpty()) {
                if (!overlaps(fire.get())) {
                    return fire;
                }
                newest = fire;
            }
            fire = job.schedule().next(fire.get());
        }
        // Of those that come due while the job runs, the newest one follows it, or none does.
        return job.policy().overlap() == Overlap.SKIP ? Optional.empty() : newest;
    }

    private boolean overlaps(Instant fire) {
        return record.run().filter(run -> fire.isAfter(run.started())).isPresent();
    }

    /** What came due under another schedule is settled by the next claim. */
    private boolean knowsSchedule() {
        return record.schedule().equals(job.scheduleHash());
    }

    private List<Late> tooLong(Duration limit) {
        List<Late> late = new ArrayList<>();
        for (Settlement settled : record.recent()) {
            boolean counts = settled.trigger() == RunOrigin.SCHEDULE
                    && settled.outcome() != Outcome.LOST // nobody knows how long it ran
                    && settled.ended().isAfter(now.minus(OLDEST));
            settled.started()
                    .filter(started -> counts && !settled.ended().isBefore(started.plus(limit)))
                    .ifPresent(started -> late.add(
                            new TooLong(settled.fire(), settled.token(), settled.instance(), started, limit, true)));
        }
        scheduledRun()
                .filter(run -> isPast(run.started(), limit))
                .ifPresent(run ->
                        late.add(new TooLong(run.fire(), run.token(), run.instance(), run.started(), limit, false)));
        return late;
    }

    private Optional<Late> noSuccess(Duration limit) {
        NoSuccess none = lastSuccess(limit);
        boolean wasDue = job.schedule()
                .next(none.last())
                .filter(fire -> !fire.isAfter(now))
                .isPresent();
        return isPast(none.last(), limit) && wasDue && !leftOutWithin(limit) ? Optional.of(none) : Optional.empty();
    }

    private NoSuccess lastSuccess(Duration limit) {
        FailureStreak streak = FailureStreak.of(record.recent());
        Optional<Instant> success = record.recent().stream()
                .filter(settled -> FailureStreak.counts(settled) && settled.outcome() == Outcome.SUCCEEDED)
                .map(Settlement::ended)
                .reduce((a, b) -> b);
        Instant since = streak.failures().isEmpty()
                ? record.settled()
                : streak.failures().get(0).fire();
        return new NoSuccess(success.orElse(since), limit, success.isPresent());
    }

    /** Whether it is left alone now, or was so recently that it could not have succeeded since. */
    private boolean leftOutWithin(Duration limit) {
        if (leftOut.reason(now).isPresent()) {
            return true;
        }
        Optional<Instant> fire = job.schedule().next(now.minus(limit));
        for (int i = 0; i < MOST_FIRES && fire.isPresent() && !fire.get().isAfter(now); i++) {
            if (leftOut.reason(fire.get()).isPresent()) {
                return true;
            }
            fire = job.schedule().next(fire.get());
        }
        return false;
    }

    private Instant next() {
        Instant next = Instant.MAX;
        Optional<Instant> fire = job.schedule().next(record.accountedUpTo());
        if (expected.lateAfter().isPresent()) {
            Duration limit = expected.lateAfter().get();
            next = fire.map(time -> time.plus(limit)).orElse(next);
        }
        if (expected.noSuccessFor().isPresent()) {
            Duration limit = expected.noSuccessFor().get();
            next = earlier(next, lastSuccess(limit).since());
        }
        if (expected.expected().isPresent()) {
            Duration limit = expected.expected().get();
            Optional<Instant> start = record.run().isPresent()
                    ? Optional.of(scheduledRun().map(CurrentRun::started).orElse(now))
                    : fire.map(time -> time.isBefore(now) ? now : time);
            next = start.isPresent() ? earlier(next, start.get().plus(limit)) : next;
        }
        return next;
    }
}
