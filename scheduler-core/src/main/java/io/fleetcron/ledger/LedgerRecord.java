package io.fleetcron.ledger;

import io.fleetcron.config.JobDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * @param under the schedule that this was computed with, so that what came due before a change is settled under it
 * @param owed the fire to start next, until it is claimed or settled
 * @param run the run recorded as started
 * @param waiting the fire that was last found to wait for a slot of its group. It stays until the next claim, so that a
 *     job that waited in vain is not last again; see {@link #stillWaiting}
 * @param taken the requests for runs that were claimed, as long as an instance might claim one of them again
 * @param recent the last settlements, oldest first: until they are in some history file, only the ledger has them
 * @param unknown what a newer version wrote besides, as JSON by name: it is kept
 */
public record LedgerRecord(
        long sequence,
        String job,
        long token,
        Instant settled,
        Optional<Instant> backlog,
        WrittenUnder under,
        Optional<Owed> owed,
        Optional<CurrentRun> run,
        Optional<Waiting> waiting,
        List<TakenRequest> taken,
        List<Settlement> recent,
        Map<String, String> unknown) {

    /** Stands for the hash of a schedule without a definition. */
    private static final String RETIRED = "-";

    /** Two hosts may differ by so much in what they take for the fleet's time. */
    private static final Duration CLOCKS = Duration.ofSeconds(1);

    /** The slot holds this together with a run and the settlements that it must remember. */
    private static final int LONGEST_TIMES = 600;

    public LedgerRecord {
        taken = List.copyOf(taken);
        recent = List.copyOf(recent);
        unknown = Map.copyOf(unknown);
    }

    /** A record of this version. */
    public LedgerRecord(
            long sequence,
            String job,
            long token,
            Instant settled,
            Optional<Instant> backlog,
            String schedule,
            Optional<String> times,
            Optional<Owed> owed,
            Optional<CurrentRun> run,
            List<Settlement> recent) {
        this(sequence, job, token, settled, backlog, schedule, times, owed, run, List.of(), recent, Map.of());
    }

    /** A record of a job that does not wait for its group. */
    public LedgerRecord(
            long sequence,
            String job,
            long token,
            Instant settled,
            Optional<Instant> backlog,
            String schedule,
            Optional<String> times,
            Optional<Owed> owed,
            Optional<CurrentRun> run,
            List<TakenRequest> taken,
            List<Settlement> recent,
            Map<String, String> unknown) {
        this(
                sequence,
                job,
                token,
                settled,
                backlog,
                new WrittenUnder(schedule, times),
                owed,
                run,
                Optional.empty(),
                taken,
                recent,
                unknown);
    }

    /**
     * A schedule. Immutable.
     *
     * @param hash of it
     * @param times it in its canonical form; left out where it is very long
     */
    public record WrittenUnder(String hash, Optional<String> times) {}

    /** The hash of the schedule that this was computed with. */
    public String schedule() {
        return under.hash();
    }

    /** That schedule in its canonical form, unless it is very long. */
    public Optional<String> times() {
        return under.times();
    }

    /** The record of a job that never had one: it starts at {@code since} and owes nothing earlier. */
    public static LedgerRecord first(JobDefinition job, Instant since) {
        return new LedgerRecord(
                0,
                job.name(),
                0,
                since,
                Optional.empty(),
                job.scheduleHash(),
                times(job),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static Optional<String> times(JobDefinition job) {
        return Optional.of(job.schedule().canonical()).filter(text -> text.length() <= LONGEST_TIMES);
    }

    /** True if this was written at a time that has not come yet: the clock that it was written by was wrong. */
    public boolean isAheadOf(Instant now) {
        return isAfter(now.plus(CLOCKS));
    }

    /** True if the job had no definition when this was written. */
    public boolean isRetired() {
        return schedule().equals(RETIRED);
    }

    /** True if no instance needs to start that fire: it is settled, or the run recorded as started is it or later. */
    public boolean accountsFor(Instant fire) {
        return !fire.isAfter(accountedUpTo());
    }

    /** The newest instant up to which no fire needs to be started. The time of a manual run is not that of a fire. */
    public Instant accountedUpTo() {
        return run.filter(r -> r.trigger() == RunOrigin.SCHEDULE && r.fire().isAfter(settled))
                .map(CurrentRun::fire)
                .orElse(settled);
    }

    /** The claim of one fire: the next token, and the run recorded as started. */
    public LedgerRecord claimed(
            Instant fire, RunOrigin trigger, String instance, String host, long pid, Instant now, int reruns) {
        CurrentRun claimed = new CurrentRun(fire, token + 1, trigger, instance, host, pid, now, reruns);
        boolean manual = trigger == RunOrigin.MANUAL;
        return new LedgerRecord(
                sequence,
                job,
                token + 1,
                settled,
                manual || reruns > 0 ? lateAt(now) : backlog,
                under,
                manual ? owed : Optional.empty(),
                Optional.of(claimed),
                manual ? waiting : Optional.empty(),
                taken,
                recent,
                unknown);
    }

    /**
     * The claim of a run that a person asked for.
     *
     * @param fire the scheduled time that is run again, or now
     * @param until up to when its request may be claimed, of one that more than this process has read
     */
    public LedgerRecord claimedByHand(
            Instant fire,
            ManualRequest request,
            Optional<Instant> until,
            String instance,
            String host,
            long pid,
            Instant now) {
        LedgerRecord claimed = claimed(fire, RunOrigin.MANUAL, instance, host, pid, now, 0);
        List<TakenRequest> all = new ArrayList<>(taken);
        all.removeIf(old -> !old.matters(now));
        request.id().ifPresent(id -> until.ifPresent(end -> all.add(new TakenRequest(id, end))));
        return new LedgerRecord(
                claimed.sequence,
                job,
                claimed.token,
                settled,
                claimed.backlog,
                under,
                owed,
                claimed.run.map(run -> run.with(request)),
                waiting,
                all,
                recent,
                unknown);
    }

    /** Whether some instance has claimed the request with that id. */
    public boolean hasTaken(String id) {
        return taken.stream().anyMatch(request -> request.id().equals(id));
    }

    /**
     * Fires that are due when a manual run or a rerun begins did not come due while it ran: they are late afterwards.
     * Those that queue for the job's next turn have their place already.
     */
    private Optional<Instant> lateAt(Instant now) {
        return owed.filter(o -> o.why() == Owed.Why.QUEUED).isPresent() ? backlog : Optional.of(now);
    }

    /** True if it speaks of a fire or a start later than that. */
    boolean isAfter(Instant time) {
        return settled.isAfter(time)
                || backlog.filter(until -> until.isAfter(time)).isPresent()
                || owed.filter(o -> o.fire().isAfter(time) || o.since().isAfter(time))
                        .isPresent()
                || run.filter(r -> r.fire().isAfter(time) || r.started().isAfter(time))
                        .isPresent();
    }

    /** The same content under the next sequence number. */
    public LedgerRecord next() {
        return new LedgerRecord(
                sequence + 1, job, token, settled, backlog, under, owed, run, waiting, taken, recent, unknown);
    }

    /** The same record remembering only the given settlements. */
    public LedgerRecord withRecent(List<Settlement> kept) {
        return new LedgerRecord(
                sequence, job, token, settled, backlog, under, owed, run, waiting, taken, kept, unknown);
    }

    LedgerRecord withSchedule(JobDefinition definition, Instant since) {
        Instant start = since.isAfter(settled) ? since : settled;
        return new LedgerRecord(
                sequence,
                job,
                token,
                start,
                Optional.empty(),
                new WrittenUnder(definition.scheduleHash(), times(definition)),
                owed,
                run,
                waiting,
                taken,
                recent,
                unknown);
    }

    LedgerRecord retired() {
        return new LedgerRecord(
                sequence,
                job,
                token,
                settled,
                Optional.empty(),
                new WrittenUnder(RETIRED, Optional.empty()),
                Optional.empty(),
                run,
                Optional.empty(),
                taken,
                recent,
                unknown);
    }

    /** The fire that waits for a slot of its group, if it still does. */
    public Optional<Waiting> stillWaiting() {
        return waiting.filter(fire -> !accountsFor(fire.fire()));
    }

    /** The same with a fire that waits for a slot. */
    public LedgerRecord with(Waiting fire) {
        return new LedgerRecord(
                sequence, job, token, settled, backlog, under, owed, run, Optional.of(fire), taken, recent, unknown);
    }

    LedgerRecord withBacklog(Optional<Instant> until) {
        return new LedgerRecord(
                sequence, job, token, settled, until, under, owed, run, waiting, taken, recent, unknown);
    }

    LedgerRecord withOwed(Optional<Owed> next) {
        return new LedgerRecord(
                sequence, job, token, settled, backlog, under, next, run, waiting, taken, recent, unknown);
    }

    LedgerRecord withoutRun() {
        return new LedgerRecord(
                sequence, job, token, settled, backlog, under, owed, Optional.empty(), waiting, taken, recent, unknown);
    }

    /** Moves the settled instant forward. */
    LedgerRecord settledUpTo(Instant upTo) {
        Instant now = upTo.isAfter(settled) ? upTo : settled;
        return new LedgerRecord(sequence, job, token, now, backlog, under, owed, run, waiting, taken, recent, unknown);
    }

    /** Adds a settlement, joining it to the row before it; {@code upTo} moves the settled instant forward. */
    LedgerRecord with(Settlement settlement, Instant upTo) {
        List<Settlement> all = new ArrayList<>(recent);
        all.add(settlement);
        return settledUpTo(upTo).withRecent(Settlement.rows(all));
    }
}
