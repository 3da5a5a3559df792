package io.fleetcron.claim;

import io.fleetcron.fleet.StrictJson;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.Outcome;
import io.fleetcron.ledger.RunResult;
import io.fleetcron.ledger.Usage;
import io.fleetcron.run.ExitRecord;
import io.fleetcron.run.RunEnd;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

/** How a run's end, as its supervisor tells it, becomes a result for the ledger. Pure functions. */
public final class RunResults {

    /** By how much the clock of a run's host may be wrong. */
    private static final Duration CLOCKS = Duration.ofMinutes(5);

    private RunResults() {}

    /** Empty if the supervisor could not vouch for the lock: the next claimer finds out. */
    static Optional<RunResult> of(long token, Instant fire, RunEnd end) {
        return outcome(end.how())
                .map(outcome -> new RunResult(
                        token, fire, outcome, end.exit(), end.attempts(), end.ended(), usage(end), end.reason()));
    }

    /**
     * The same end in the fleet's time. Of a supervisor that vanished only this host knows, by its own clock, and just now.
     */
    static RunEnd inFleetTime(RunEnd end, InstantSource clock) {
        return end.how() == RunEnd.How.VANISHED
                ? new RunEnd(end.how(), end.exit(), end.attempts(), clock.instant())
                : end;
    }

    /** What the run's supervisor left in the lock file, if it is about that run and not an older one of the same token. */
    public static Optional<RunResult> read(byte[] lockFile, CurrentRun run) {
        if (lockFile.length < LedgerLayout.EXIT) {
            return Optional.empty();
        }
        return ExitRecord.parse(Arrays.copyOfRange(lockFile, LedgerLayout.EXIT, lockFile.length))
                .filter(record -> record.token() == run.token()
                        && (record.isUnnamed() || record.fire().time().equals(run.fire()))
                        && !record.end().ended().isBefore(run.started().minus(CLOCKS)))
                .filter(record -> StrictJson.inRange(record.end().ended()))
                .flatMap(record -> of(run.token(), run.fire(), record.end()));
    }

    private static Optional<Usage> usage(RunEnd end) {
        return end.usage().map(used -> new Usage(used.user(), used.system(), used.memoryPeak()));
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
