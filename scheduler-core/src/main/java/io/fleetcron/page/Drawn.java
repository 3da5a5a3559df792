package io.fleetcron.page;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.observe.SeenRun;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a page was made of, so that the next one need not make again what has not changed: most of a fleet's jobs have the same
 * fires on both. One page at a time.
 */
final class Drawn {

    private final Memory<Fires, Track.Row> rows = new Memory<>();
    private final Memory<Job, String> jobs = new Memory<>();
    private final Memory<Day, List<Integer>> days = new Memory<>();
    private int length = 1 << 16;

    /**
     * What a job's fires are shown by.
     *
     * @param everyHost whether each host has its own runs of a fire
     */
    record Fires(List<HistoryLine> lines, List<SeenRun> running, List<Instant> due, boolean everyHost) {}

    /**
     * What a job's row is made of.
     *
     * @param row its fires; the same object while they are the same
     * @param problem why its ledger cannot be trusted, if so
     * @param next its next scheduled time
     * @param config the configuration to name in commands
     */
    record Job(
            JobDefinition definition,
            Track.Row row,
            Optional<String> problem,
            Optional<Instant> next,
            Optional<String> config) {}

    /**
     * What a job's quarters of an hour depend on.
     *
     * @param start of the first of them
     */
    record Day(JobDefinition definition, Instant start) {}

    /** How long the next page may be. */
    int length() {
        return length + length / 16;
    }

    void length(int page) {
        length = page;
    }

    /** Forgets all other jobs. */
    void retain(Set<String> names) {
        rows.retain(names);
        jobs.retain(names);
        days.retain(names);
    }

    Track.Row row(String job, Fires fires) {
        return rows.of(
                job,
                fires,
                from -> new Track.Row(
                        Cell.of(from.lines, from.running, from.due, from.everyHost), Cell.usual(from.lines)));
    }

    String job(Job job, Function<Job, String> maker) {
        return jobs.of(job.definition.name(), job, maker);
    }

    List<Integer> day(Day day, Function<Day, List<Integer>> maker) {
        return days.of(day.definition.name(), day, maker);
    }
}
