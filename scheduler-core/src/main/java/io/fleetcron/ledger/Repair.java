package io.fleetcron.ledger;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a person has recorded in place of a ledger that cannot be trusted, or that is ahead of the fleet's time: every fire
 * up to an instant is settled. A pure function.
 */
public final class Repair {

    /** Other instances may have seen some records more of a ledger that was lost; none has seen as many as this. */
    private static final long SEQUENCES = 1_000_000;

    private static final long TOKENS = 1_000;
    private static final int KEEP = 4;

    /** Why a fire that was open then was not started. */
    public static final String BY_HAND = "settled by hand";

    private Repair() {}

    /**
     * What is known beside the ledger.
     *
     * @param sequence the highest sequence that was seen
     * @param token the highest token that was seen
     * @param ran the newest fire that history says was started
     * @param requests those for runs of the job that some instance may have claimed
     */
    public record Known(long sequence, long token, Optional<Instant> ran, List<TakenRequest> requests) {
        public Known {
            requests = List.copyOf(requests);
        }
    }

    /** What came of it. */
    public sealed interface Result {}

    /**
     * The record to write.
     *
     * @param lines what has to be in history
     */
    public record Settled(LedgerRecord record, List<Settlement> lines) implements Result {}

    /**
     * Nothing may be written.
     *
     * @param reason what was found and what to do
     */
    public record Refused(String reason) implements Result {}

    /**
     * Settles every fire up to an instant.
     *
     * @param found what the lock file holds, read under its lock
     * @param result the end of the run that is recorded as started, if its supervisor reported it
     * @param to up to when
     * @param now the fleet's time, never early
     * @param instance who does it
     */
    public static Result settle(
            LedgerState found,
            Optional<RunResult> result,
            JobDefinition job,
            Known known,
            Instant to,
            Instant now,
            String instance) {
        if (to.isAfter(now.plus(Duration.ofSeconds(1)))) {
            return new Refused(to + " is in the future: it is " + now + ". Fires are settled up to now at the latest");
        }
        Optional<LedgerRecord> old =
                found instanceof LedgerState.Valid valid ? Optional.of(valid.record()) : Optional.empty();
        Optional<Instant> ran = Stream.concat(known.ran().stream(), old.stream().flatMap(Repair::started))
                .max(Instant::compareTo);
        if (ran.isPresent() && ran.get().isAfter(to)) {
            return new Refused("the fire of " + ran.get() + " has run, and would run again. "
                    + (ran.get().isAfter(now)
                            ? "Wait until then: its time has not come yet"
                            : "Settle up to " + ran.get() + " or later"));
        }
        List<Settlement> lines = new ArrayList<>(old.map(LedgerRecord::recent).orElse(List.of()));
        old.flatMap(LedgerRecord::run).ifPresent(run -> lines.add(end(run, result, now, instance)));
        boolean sound = old.isPresent()
                && old.get().sequence() >= known.sequence()
                && old.get().token() >= known.token();
        if (sound) {
            lines.addAll(open(old.get(), job, ran, to, now, instance));
        }
        long sequence =
                Math.max(known.sequence(), old.map(LedgerRecord::sequence).orElse(0L));
        long token = Math.max(known.token(), old.map(LedgerRecord::token).orElse(0L));
        LedgerRecord fresh = LedgerRecord.first(job, to);
        LedgerRecord record = new LedgerRecord(
                sequence + (sound ? 1 : SEQUENCES),
                job.name(),
                token + (sound ? 0 : TOKENS),
                to,
                Optional.empty(),
                fresh.schedule(),
                fresh.times(),
                Optional.empty(),
                Optional.empty(),
                sound ? old.get().taken() : taken(old, known, now),
                lines.subList(Math.max(0, lines.size() - KEEP), lines.size()),
                Map.of());
        return new Settled(record, lines);
    }

    /** Of a ledger that is not to be believed nobody knows which requests were claimed under it: none is claimed again. */
    private static List<TakenRequest> taken(Optional<LedgerRecord> old, Known known, Instant now) {
        return Stream.concat(
                        known.requests().stream(),
                        old.map(LedgerRecord::taken).stream().flatMap(List::stream))
                .filter(request -> request.matters(now))
                .distinct()
                .limit(TakenRequest.MOST)
                .toList();
    }

    /**
     * What nobody starts any more. Of a ledger that is not to be believed nobody knows what had been settled; of one that was
     * written under another schedule, nobody asks.
     */
    private static List<Settlement> open(
            LedgerRecord old, JobDefinition job, Optional<Instant> ran, Instant to, Instant now, String instance) {
        List<Settlement> open = new ArrayList<>();
        old.owed()
                .filter(owed -> owed.why() != Owed.Why.RERUN)
                .ifPresent(owed -> open.add(unrun(owed.fire(), Outcome.MISSED, BY_HAND, instance, old.token(), now)));
        if (!job.enabled() || !old.schedule().equals(job.scheduleHash())) {
            return open;
        }
        Instant from = ran.filter(old.settled()::isBefore).orElse(old.settled());
        DueFires due = DueFires.between(job.schedule(), from, to, job::exclusion);
        due.older()
                .ifPresent(row -> open.add(unrun(row.first(), row.leftOut(), instance, old.token(), now)
                        .reaching(row.last(), row.count())));
        due.fires().forEach(fire -> open.add(unrun(fire, job.exclusion(fire), instance, old.token(), now)));
        return Settlement.rows(open);
    }

    private static Settlement unrun(Instant fire, Optional<String> leftOut, String instance, long token, Instant now) {
        return leftOut.isPresent()
                ? unrun(fire, Outcome.SKIPPED, leftOut.get(), instance, token, now)
                : unrun(fire, Outcome.MISSED, BY_HAND, instance, token, now);
    }

    private static Settlement unrun(
            Instant fire, Outcome outcome, String reason, String instance, long token, Instant now) {
        return Settlement.unrun(fire, outcome, Optional.of(reason), instance, token, now);
    }

    private static Stream<Instant> started(LedgerRecord record) {
        return Stream.concat(
                record.run().filter(run -> run.trigger() == RunOrigin.SCHEDULE).map(CurrentRun::fire).stream(),
                record.recent().stream()
                        .filter(settlement -> settlement.outcome().ran() && settlement.trigger() == RunOrigin.SCHEDULE)
                        .map(Settlement::through));
    }

    private static Settlement end(CurrentRun run, Optional<RunResult> result, Instant now, String instance) {
        Optional<RunEnd> own = result.filter(end -> end.isOf(run)).map(RunResult::end);
        return Settlement.ofRun(
                run,
                own.map(RunEnd::outcome).orElse(Outcome.LOST),
                own,
                own.map(RunEnd::ended).orElse(now),
                instance);
    }
}
