package io.fleetcron.observe;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a live instance goes by. Immutable.
 *
 * @param seen the instance
 * @param hashes the hash of each of its definitions; empty if it has not written them, or others by now
 */
public record HostDefinitions(SeenInstance seen, Optional<Map<String, String>> hashes) {

    /** The jobs that are other there than in a set with these hashes; empty if that is not known. */
    public Optional<Set<String>> differing(Map<String, String> others, String hashOfAll) {
        if (seen.member().definitions().equals(hashOfAll)) {
            return Optional.of(Set.of());
        }
        return hashes.map(own -> {
            Set<String> jobs = new TreeSet<>(own.keySet());
            jobs.addAll(others.keySet());
            jobs.removeIf(job -> own.getOrDefault(job, "").equals(others.getOrDefault(job, "")));
            return jobs;
        });
    }
}
