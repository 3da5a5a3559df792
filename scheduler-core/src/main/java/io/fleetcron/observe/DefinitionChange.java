package io.fleetcron.observe;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.fleet.DefinitionsInForce;
import io.fleetcron.fleet.DefinitionsInForce.Job;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a new set of definitions would change about one job. Immutable.
 *
 * @param job its name
 * @param kind what happens to it
 * @param keys the keys that change, those of its schedule left out
 * @param was what is in force; empty for a new job
 * @param now what would be; empty for a job that goes
 */
public record DefinitionChange(
        String job, Kind kind, Set<String> keys, Optional<Job> was, Optional<JobDefinition> now) {

    /** What happens to a job. */
    public enum Kind {
        ADDED,
        REMOVED,
        /** It fires at other times; perhaps other keys change, too. */
        RESCHEDULED,
        /** It fires as before. */
        CHANGED
    }

    /** Every change that the new set makes, in its order, what it removes at the end. */
    public static List<DefinitionChange> between(Map<String, Job> was, Map<String, JobDefinition> now) {
        List<DefinitionChange> changes = new ArrayList<>();
        now.forEach(
                (name, job) -> of(name, Optional.ofNullable(was.get(name)), job).ifPresent(changes::add));
        new TreeMap<>(was).forEach((name, job) -> {
            if (!now.containsKey(name)) {
                changes.add(new DefinitionChange(name, Kind.REMOVED, Set.of(), Optional.of(job), Optional.empty()));
            }
        });
        return changes;
    }

    private static Optional<DefinitionChange> of(String name, Optional<Job> was, JobDefinition now) {
        if (was.isEmpty()) {
            return Optional.of(new DefinitionChange(name, Kind.ADDED, Set.of(), was, Optional.of(now)));
        }
        Job next = DefinitionsInForce.Job.of(now);
        Set<String> keys = differing(was.get().keys(), next.keys());
        if (!was.get().when().equals(next.when())) {
            return Optional.of(new DefinitionChange(name, Kind.RESCHEDULED, keys, was, Optional.of(now)));
        }
        return keys.isEmpty()
                ? Optional.empty()
                : Optional.of(new DefinitionChange(name, Kind.CHANGED, keys, was, Optional.of(now)));
    }

    private static Set<String> differing(Map<String, String> one, Map<String, String> other) {
        Set<String> all = new TreeSet<>(one.keySet());
        all.addAll(other.keySet());
        all.removeIf(key -> one.getOrDefault(key, "").equals(other.getOrDefault(key, "")));
        return all;
    }

    /** The next times that the job would have fired at without the change. */
    public List<Instant> nextWas(Instant after, int count) {
        return was.filter(Job::enabled)
                .flatMap(job -> Schedules.ofCanonical(job.times()))
                .map(schedule -> Upcoming.of(schedule, after, count))
                .orElse(List.of());
    }

    /** The next times that it fires at with it. */
    public List<Instant> next(Instant after, int count) {
        return now.filter(JobDefinition::enabled)
                .map(job -> Upcoming.of(job.schedule(), after, count))
                .orElse(List.of());
    }
}
