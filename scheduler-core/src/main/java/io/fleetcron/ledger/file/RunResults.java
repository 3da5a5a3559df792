package io.fleetcron.ledger.file;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.json.StrictJson;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.RunResult;
import io.fleetcron.run.ExitRecord;
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
    public static Optional<RunResult> of(long token, Instant fire, RunEnd end) {
        return end.outcome() == Outcome.FENCED ? Optional.empty() : Optional.of(new RunResult(token, fire, end));
    }

    /**
     * The same end in the fleet's time. Of a supervisor that vanished only this host knows, by its own clock, and just now.
     */
    public static RunEnd inFleetTime(RunEnd end, InstantSource clock) {
        return end.outcome() == Outcome.LOST
                ? new RunEnd(end.outcome(), end.exit(), end.attempts(), clock.instant())
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
}
