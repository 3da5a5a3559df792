package io.fleetcron.agent;

import io.fleetcron.fleet.StrictJson;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.Outcome;
import io.fleetcron.ledger.RunResult;
import io.fleetcron.run.ExitRecord;
import io.fleetcron.run.RunEnd;
import java.util.Arrays;
import java.util.Optional;

/** How a run's end, as its supervisor tells it, becomes a result for the ledger. Pure functions. */
final class RunResults {

    private RunResults() {}

    /** Empty if the supervisor could not vouch for the lock: the next claimer finds out. */
    static Optional<RunResult> of(long token, RunEnd end) {
        return outcome(end.how())
                .map(outcome -> new RunResult(token, outcome, end.exit(), end.attempts(), end.ended()));
    }

    /** What the run's supervisor left in the lock file, if it speaks of that run. */
    static Optional<RunResult> read(byte[] lockFile, long token) {
        if (lockFile.length < LedgerLayout.EXIT) {
            return Optional.empty();
        }
        return ExitRecord.parse(Arrays.copyOfRange(lockFile, LedgerLayout.EXIT, lockFile.length))
                .filter(record -> record.token() == token)
                .filter(record -> StrictJson.inRange(record.end().ended()))
                .flatMap(record -> of(token, record.end()));
    }

    private static Optional<Outcome> outcome(RunEnd.How how) {
        return switch (how) {
            case SUCCEEDED -> Optional.of(Outcome.SUCCEEDED);
            case FAILED -> Optional.of(Outcome.FAILED);
            case TIMED_OUT -> Optional.of(Outcome.TIMED_OUT);
            case KILLED -> Optional.of(Outcome.KILLED);
            case VANISHED -> Optional.of(Outcome.LOST);
            case FENCED -> Optional.empty();
        };
    }
}
