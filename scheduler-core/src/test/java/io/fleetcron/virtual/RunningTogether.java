package io.fleetcron.virtual;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The groups of jobs, from outside: who is in which, and when one had no place for another run. */
final class RunningTogether {

    /** A job that waits finds a free slot within that time: every instance looks that often, and places of the dead lapse. */
    private static final long FOUND = VirtualWorld.seconds(40);

    /** A slot was taken for that time, in nanoseconds of the world. */
    record Taken(long from, long to) {}

    private final Map<String, RunGroup> groups = new HashMap<>();

    void learn(Collection<JobDefinition> jobs) {
        jobs.forEach(job -> job.policy().group().ifPresent(group -> groups.put(job.name(), group)));
    }

    Optional<RunGroup> of(String job) {
        return Optional.ofNullable(groups.get(job));
    }

    /** The other jobs of its group. */
    List<String> beside(String job) {
        return groups.keySet().stream()
                .filter(other -> !other.equals(job) && of(other).equals(of(job)))
                .sorted()
                .toList();
    }

    /** Whether a job would have found no slot between these times, though it looked for one all the time. */
    static boolean isFull(int limit, Collection<Taken> slots, long from, long until) {
        List<long[]> changes = new ArrayList<>();
        for (Taken slot : slots) {
            if (slot.from() < until && slot.to() > from) {
                changes.add(new long[] {Math.max(slot.from(), from), 1});
                changes.add(new long[] {Math.min(slot.to(), until), -1});
            }
        }
        changes.sort((one, other) -> Long.compare(one[0], other[0]));
        changes.add(new long[] {until, 0});
        long taken = 0;
        long free = from;
        boolean ever = false;
        for (long[] change : changes) {
            if (taken < limit && change[0] - free >= FOUND) {
                return false;
            }
            boolean wasFull = taken >= limit;
            taken += change[1];
            ever |= taken >= limit;
            free = wasFull && taken < limit ? change[0] : free;
        }
        return ever;
    }
}
