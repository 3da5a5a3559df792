package io.fleetcron.audit.crond;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a comparison found. Immutable.
 *
 * @param jobs by name
 * @param differences the first of them, those of crond alone first
 * @param moreDifferences how many there are besides
 * @param uncovered how many fires are from times or hosts of which no log tells, and were not compared
 */
public record CrondReport(Map<String, Count> jobs, List<Difference> differences, long moreDifferences, long uncovered) {

    public CrondReport {
        jobs = Map.copyOf(jobs);
        differences = List.copyOf(differences);
    }

    /**
     * What was counted of a job.
     *
     * @param both started by crond and claimed by the fleet
     * @param crond started by crond alone
     * @param fleet claimed by the fleet alone
     * @param further starts by crond on further hosts, of fires that the fleet claims once
     */
    public record Count(long both, long crond, long fleet, long further) {
        static final Count NONE = new Count(0, 0, 0, 0);

        Count plus(Count other) {
            return new Count(both + other.both, crond + other.crond, fleet + other.fleet, further + other.further);
        }
    }

    /**
     * Something that only one of them started.
     *
     * @param byCrond whether that is crond
     * @param job empty if no job is like the command
     * @param host on which
     * @param minute for which; of several starts of one command without a job, the first
     * @param detail a sentence without a full stop
     */
    public record Difference(boolean byCrond, Optional<String> job, String host, Instant minute, String detail) {}

    /** All jobs together. */
    public Count all() {
        return jobs.values().stream().reduce(Count.NONE, Count::plus);
    }

    /** Whether crond and the fleet started the same. */
    public boolean isSame() {
        return differences.isEmpty();
    }
}
