package io.fleetcron.audit;

import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.ledger.LedgerRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * All that an audit depends on.
 *
 * @param since the first scheduled time that counts
 * @param until scheduled times before this count
 * @param now the fleet's time
 * @param wanted which jobs count
 * @param definitions which ones were in force when
 * @param recorded what history and ledgers say
 * @param ledgers the ledgers of the fleet's jobs, by job
 * @param problems why a job's ledger cannot be read, by job
 * @param lastSigns when each instance last showed a sign of life; {@code now} of one that is alive
 * @param busy the jobs that each live instance reports as running
 * @param late how long after its scheduled time a job's fire may still be waiting
 * @param keptFrom what history holds of earlier fires may have been removed
 */
public record AuditInput(
        Instant since,
        Instant until,
        Instant now,
        Predicate<String> wanted,
        Journals definitions,
        Recorded recorded,
        Map<String, LedgerRecord> ledgers,
        Map<String, String> problems,
        Map<String, Instant> lastSigns,
        Map<String, java.util.Set<String>> busy,
        Function<String, Duration> late,
        Optional<Instant> keptFrom) {

    /** The lines of each instance's journal. */
    Map<String, List<InForce>> journals() {
        return definitions.lines();
    }

    /** Those that could be read, by name. */
    Map<String, Timetable> timetables() {
        return definitions.timetables();
    }
}
