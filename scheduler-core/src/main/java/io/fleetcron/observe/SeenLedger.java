package io.fleetcron.observe;

import io.fleetcron.fleet.Fire;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.run.ExitRecord;
import io.fleetcron.run.Heartbeat;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A job's lock file as it was read without its lock. Immutable.
 *
 * @param job the job's name
 * @param decoded what its two slots hold
 * @param beat the newest heartbeat of a run's supervisor
 * @param exit what a run's supervisor left at its end
 */
public record SeenLedger(String job, LedgerState decoded, Optional<Heartbeat> beat, Optional<ExitRecord> exit) {

    /** The record, if it can be trusted. */
    public Optional<LedgerRecord> record() {
        return decoded instanceof LedgerState.Valid valid ? Optional.of(valid.record()) : Optional.empty();
    }

    /** Why the ledger cannot be trusted, if so. */
    public Optional<String> problem() {
        return decoded instanceof LedgerState.Corrupt corrupt ? Optional.of(corrupt.reason()) : Optional.empty();
    }

    /** The run that is recorded as started. */
    public Optional<CurrentRun> run() {
        return record().flatMap(LedgerRecord::run);
    }

    /** The newest heartbeat of that run. */
    public Optional<Heartbeat> runBeat() {
        return run().flatMap(run -> beat.filter(b -> b.token() == run.token()));
    }

    /** The end of that run, where its supervisor has written it and no claimer has recorded it yet. */
    public Optional<ExitRecord> runExit() {
        return run().flatMap(run -> exit.filter(e -> e.isOf(new Fire(job, run.fire()), run.token())));
    }

    /** The last settlement that the ledger remembers. */
    public Optional<Settlement> last() {
        return recent().max(Comparator.comparing(Settlement::ended).thenComparing(Settlement::fire));
    }

    /** What the ledger remembers, as lines of history. */
    public List<HistoryLine> lines() {
        return recent().map(settlement -> new HistoryLine(job, settlement)).toList();
    }

    private Stream<Settlement> recent() {
        return record().map(LedgerRecord::recent).orElse(List.of()).stream();
    }
}
