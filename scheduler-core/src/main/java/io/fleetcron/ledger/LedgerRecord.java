package io.fleetcron.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the fleet knows about one job. Immutable; every change is a new record with the next sequence number.
 *
 * @param sequence grows by one with every write
 * @param job the job's name
 * @param token the newest fencing token given out
 * @param settled every scheduled fire up to this instant is settled
 * @param backlog fires up to this instant were already late when the current catch-up began; they run one after the
 *     other, and are not taken for fires that came due while the job ran
 * @param schedule the hash of the schedule this was computed with
 * @param run the run recorded as started
 * @param recent the last settlements, oldest first: until they stand in some history file, only they know
 */
public record LedgerRecord(
        long sequence,
        String job,
        long token,
        Instant settled,
        Optional<Instant> backlog,
        String schedule,
        Optional<CurrentRun> run,
        List<Settlement> recent) {

    public LedgerRecord {
        recent = List.copyOf(recent);
    }

    /** The record of a job that never had one: it starts at {@code since} and owes nothing earlier. */
    public static LedgerRecord first(String job, String schedule, Instant since) {
        return new LedgerRecord(0, job, 0, since, Optional.empty(), schedule, Optional.empty(), List.of());
    }

    /** True if nobody need start that fire any more: it is settled, or the run recorded as started is it or later. */
    public boolean accountsFor(Instant fire) {
        return !fire.isAfter(settled)
                || run.filter(r -> r.trigger() == Trigger.SCHEDULE && !fire.isAfter(r.fire()))
                        .isPresent();
    }

    /** The claim of one fire: the next token, and the run recorded as started. */
    public LedgerRecord claimed(
            Instant fire, Trigger trigger, String instance, String host, long pid, Instant now, int reruns) {
        CurrentRun claimed = new CurrentRun(fire, token + 1, trigger, instance, host, pid, now, reruns);
        // A manual run does not settle the schedule: a fire due at that moment is late afterwards, not overlapped.
        Optional<Instant> late = trigger == Trigger.MANUAL ? backlog.or(() -> Optional.of(now)) : backlog;
        return new LedgerRecord(sequence, job, token + 1, settled, late, schedule, Optional.of(claimed), recent);
    }

    /** True if it speaks of a fire or a start later than that. */
    boolean isAfter(Instant time) {
        return settled.isAfter(time)
                || backlog.filter(until -> until.isAfter(time)).isPresent()
                || run.filter(r -> r.fire().isAfter(time) || r.started().isAfter(time))
                        .isPresent();
    }

    /** The same content under the next sequence number. */
    public LedgerRecord next() {
        return new LedgerRecord(sequence + 1, job, token, settled, backlog, schedule, run, recent);
    }

    /** The same record remembering only the given settlements. */
    public LedgerRecord withRecent(List<Settlement> kept) {
        return new LedgerRecord(sequence, job, token, settled, backlog, schedule, run, kept);
    }

    LedgerRecord withSchedule(String hash, Instant since) {
        Instant start = since.isAfter(settled) ? since : settled;
        return new LedgerRecord(sequence, job, token, start, Optional.empty(), hash, run, recent);
    }

    LedgerRecord withBacklog(Optional<Instant> until) {
        return new LedgerRecord(sequence, job, token, settled, until, schedule, run, recent);
    }

    LedgerRecord withoutRun() {
        return new LedgerRecord(sequence, job, token, settled, backlog, schedule, Optional.empty(), recent);
    }

    /** Adds a settlement, joining it to the row before it; {@code upTo} moves the settled instant forward. */
    LedgerRecord with(Settlement settlement, Instant upTo) {
        List<Settlement> all = new ArrayList<>(recent);
        all.add(settlement);
        Instant now = upTo.isAfter(settled) ? upTo : settled;
        return new LedgerRecord(sequence, job, token, now, backlog, schedule, run, Settlement.rows(all));
    }
}
