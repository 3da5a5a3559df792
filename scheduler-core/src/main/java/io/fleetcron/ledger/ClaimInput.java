package io.fleetcron.ledger;

import io.fleetcron.config.JobDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * All that a decision depends on, taken under the lock.
 *
 * @param record what the ledger says
 * @param result the end of the run that the ledger records as started, if its supervisor reported it
 * @param lastSign when that run's supervisor last wrote a heartbeat, if it did
 * @param job the definition
 * @param standing whether the job may start anything
 * @param since since when this definition counts: no earlier fire is owed under a new one
 * @param until until when what the ledger was written under was in force: for a changed schedule as {@code since}, else
 *     when the definition went
 * @param leftOut which fires are left out on purpose
 * @param boot the scheduled time of what the present boot of this host brings about, if it does
 * @param lease how long the server keeps the locks of a host that died; empty for a local file system
 * @param now the fleet's time
 * @param instance who decides
 */
public record ClaimInput(
        LedgerRecord record,
        Optional<RunResult> result,
        Optional<Instant> lastSign,
        JobDefinition job,
        Standing standing,
        Instant since,
        Instant until,
        LeftOut leftOut,
        Optional<Instant> boot,
        Optional<Duration> lease,
        Instant now,
        String instance) {

    /** Whether a job may start anything. */
    public enum Standing {
        /** By its definition. */
        DEFINED,
        /** By its definition, which was absent until {@code since}: what came due before is not started. */
        RETURNED,
        /** Nothing may be decided by the clock for now: only a run that ended is settled. */
        HELD,
        /** It has no definition any more: its run is settled, and nothing is started. */
        RETIRED
    }
}
