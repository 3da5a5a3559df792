package io.fleetcron.page;

import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.StatusReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the page shows. Immutable.
 *
 * @param status instances, runs and jobs, as {@code fleetcron status} has them
 * @param answer how long the shared directory took to tell them; empty if it did not
 * @param newest the settlements of each job's newest fires, by scheduled time
 * @param due fires of each job that are due and neither started nor settled, by scheduled time
 * @param tolerance how late a fire of each job may start
 * @param host the host that has read this
 * @param config the configuration to name in commands; empty for the usual one
 * @param notes what could not be read besides, a sentence each
 * @param outage set while the shared directory does not answer
 */
public record Snapshot(
        StatusReport status,
        Optional<Duration> answer,
        Map<String, List<HistoryLine>> newest,
        Map<String, List<Instant>> due,
        Map<String, Duration> tolerance,
        String host,
        Optional<String> config,
        List<String> notes,
        Optional<Outage> outage) {

    public Snapshot {
        newest = Map.copyOf(newest);
        due = Map.copyOf(due);
        tolerance = Map.copyOf(tolerance);
        notes = List.copyOf(notes);
    }

    /**
     * The shared directory does not answer.
     *
     * @param problem why
     * @param age how old what is shown of the fleet is; empty if nothing is
     * @param here the runs of this host, by its own files
     */
    public record Outage(String problem, Optional<Duration> age, List<SeenRun> here) {
        public Outage {
            here = List.copyOf(here);
        }
    }

    /** The same at a time when the shared directory does not answer any more. */
    Snapshot during(Outage since) {
        return new Snapshot(status, answer, newest, due, tolerance, host, config, notes, Optional.of(since));
    }
}
