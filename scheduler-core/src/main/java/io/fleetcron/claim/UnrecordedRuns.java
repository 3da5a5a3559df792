package io.fleetcron.claim;

import io.fleetcron.fleet.RunEnd;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.RunResult;
import io.fleetcron.ledger.file.RunResults;
import io.fleetcron.run.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs of one job on this host that are over but not yet recorded in the ledger: if storage fails at that moment, their
 * true end is remembered until it answers again. Thread-safe.
 */
final class UnrecordedRuns {

    private record Ended(Run run, RunEnd end) {}

    private final RunListener listener;
    private final boolean ofFleet;
    private final List<Ended> ended = new ArrayList<>();

    /**
     * @param ofFleet false for a job that runs on every host
     */
    UnrecordedRuns(RunListener listener, boolean ofFleet) {
        this.listener = listener;
        this.ofFleet = ofFleet;
    }

    /** A run is over. */
    synchronized void add(Run run, RunEnd end) {
        ended.add(new Ended(run, end));
    }

    /** How that run ended, if it is known here and its supervisor vouches for the lock. */
    synchronized Optional<RunResult> resultOf(CurrentRun run) {
        return ended.stream()
                .filter(e ->
                        e.run.id().token() == run.token() && e.run.id().time().equals(run.fire()))
                .findFirst()
                .flatMap(e -> RunResults.of(run.token(), run.fire(), e.end));
    }

    /** The file with that run's output, while it is here. */
    synchronized Optional<Path> outputOf(long token) {
        return ended.stream()
                .filter(e -> e.run.id().token() == token)
                .map(e -> e.run.output())
                .findFirst();
    }

    /** The ledger was read: what is not its current run is recorded by somebody. */
    synchronized void seen(LedgerRecord record) {
        long current = record.run().map(CurrentRun::token).orElse(-1L);
        ended.stream().filter(e -> e.run.id().token() != current).forEach(this::over);
        ended.removeIf(e -> e.run.id().token() != current);
    }

    /** The ledger was written and accounts for all of them: their output is stored, their traces go. */
    synchronized void recorded() {
        ended.forEach(this::over);
        ended.clear();
    }

    /** The ledger could not be written, and the lock is released: their supervisors write exit records for the next claimer. */
    synchronized void unrecorded() {
        ended.forEach(e -> e.run.unrecorded());
    }

    private void over(Ended one) {
        one.run.recorded();
        listener.recorded(one.run, ofFleet);
    }
}
