package io.fleetcron.page;

import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.StatusReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A configured job with its newest fires. Immutable.
 *
 * @param job the job
 * @param row its newest fires
 */
record Track(StatusReport.Job job, Row row) {

    /**
     * A job's newest fires. Immutable.
     *
     * @param cells oldest first
     * @param usual how long its runs usually take
     */
    record Row(List<Cell> cells, Optional<Duration> usual) {
        Row {
            cells = List.copyOf(cells);
        }
    }

    List<Cell> cells() {
        return row.cells;
    }

    Optional<Duration> usual() {
        return row.usual;
    }

    String name() {
        return job.definition().name();
    }

    /** The newest fire that is settled and was not skipped. */
    Optional<Cell> last() {
        return cells().stream()
                .filter(cell -> cell.settlement().isPresent() && cell.look() != Cell.Look.SKIPPED)
                .reduce((older, newer) -> newer);
    }

    /**
     * All configured jobs, in the order of the configuration.
     *
     * @param drawn what an earlier page was made of
     */
    static List<Track> all(Snapshot snapshot, Drawn drawn) {
        Map<String, List<SeenRun>> running = new HashMap<>();
        for (SeenRun run : snapshot.status().running()) {
            RunId id = run.run();
            running.computeIfAbsent(id.job(), job -> new ArrayList<>()).add(run);
        }
        return snapshot.status().jobs().stream()
                .map(job -> {
                    String name = job.definition().name();
                    Drawn.Fires fires = new Drawn.Fires(
                            lines(snapshot, job),
                            running.getOrDefault(name, List.of()),
                            snapshot.due().getOrDefault(name, List.of()),
                            job.definition().policy().runOn() == RunOn.EVERY);
                    return new Track(job, drawn.row(name, fires));
                })
                .toList();
    }

    /** Without history there is still what its ledger says. */
    private static List<HistoryLine> lines(Snapshot snapshot, StatusReport.Job job) {
        String name = job.definition().name();
        List<HistoryLine> known = snapshot.newest().getOrDefault(name, List.of());
        return known.isEmpty()
                ? job.last().map(last -> List.of(new HistoryLine(name, last))).orElse(List.of())
                : known;
    }
}
