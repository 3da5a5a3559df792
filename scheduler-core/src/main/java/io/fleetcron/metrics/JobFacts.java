package io.fleetcron.metrics;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.FailureStreak;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a job's ledger says that metrics show: the same on all hosts that have read it. Immutable.
 *
 * @param sequence the ledger's
 * @param token its newest fencing token
 * @param settled every fire up to then is settled
 * @param lastSuccess when a run last ended with success
 * @param last the newest run that ended
 * @param runningSince when the run in progress was claimed
 * @param failingSince when the first of the failures ended that no success has followed
 */
record JobFacts(
        long sequence,
        long token,
        Instant settled,
        Optional<Instant> lastSuccess,
        Optional<Completion> last,
        Optional<Instant> runningSince,
        Optional<Instant> failingSince) {

    /**
     * The end of a run.
     *
     * @param at when it ended
     * @param exit its last attempt's exit status
     * @param duration how long it took
     */
    record Completion(Instant at, OptionalInt exit, Optional<Duration> duration) {

        private static Completion of(Settlement settled) {
            return new Completion(
                    settled.ended(),
                    settled.exit(),
                    settled.started().map(begin -> Duration.between(begin, settled.ended())));
        }
    }

    /** Those of a ledger. */
    static JobFacts of(LedgerRecord record) {
        List<Settlement> recent = record.recent();
        List<Settlement> failures = FailureStreak.of(recent).failures();
        return new JobFacts(
                record.sequence(),
                record.token(),
                record.settled(),
                recent.stream()
                        .filter(settled -> settled.outcome() == Outcome.SUCCEEDED)
                        .map(Settlement::ended)
                        .max(Comparator.naturalOrder()),
                recent.stream()
                        .filter(JobFacts::hasEnded)
                        .max(Comparator.comparing(Settlement::ended))
                        .map(Completion::of),
                record.run().map(CurrentRun::started),
                failures.isEmpty()
                        ? Optional.empty()
                        : Optional.of(failures.get(0).ended()));
    }

    /** Nobody knows when a lost run ended. */
    private static boolean hasEnded(Settlement settled) {
        return settled.outcome().ran() && settled.outcome() != Outcome.LOST;
    }

    /** The same, remembering what an older ledger said and this one has forgotten. */
    JobFacts after(JobFacts older) {
        return new JobFacts(
                sequence,
                token,
                settled,
                lastSuccess.or(older::lastSuccess),
                last.or(older::last),
                runningSince,
                failingSince);
    }
}
