package io.fleetcron.membership;

import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.Unfit;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The live members as they were read at one beat, arranged by job: a fire asks about one job, and must not go through a
 * whole fleet for the answer. Immutable.
 */
final class LiveMembers {

    static final LiveMembers NONE = new LiveMembers(Map.of());

    private final Map<String, Member> byId;
    private final List<String> ids;
    private final Map<String, Instant> settled = new HashMap<>();
    private final Map<String, Long> tokens = new HashMap<>();
    private final Set<String> unfitHosts = new HashSet<>();
    private final Map<String, Set<String>> unfit = new HashMap<>();

    /**
     * @param live by id, in the order in which they are listed
     */
    LiveMembers(Map<String, Member> live) {
        byId = Collections.unmodifiableMap(new LinkedHashMap<>(live));
        ids = List.copyOf(live.keySet());
        byId.forEach(this::add);
    }

    private void add(String id, Member member) {
        Activity activity = member.activity();
        activity.settled().forEach((job, fire) -> settled.merge(job, fire, (a, b) -> a.isAfter(b) ? a : b));
        activity.running().forEach((job, token) -> tokens.merge(job, token, Math::max));
        Unfit cannot = member.unfit();
        if (cannot.host().isPresent()) {
            unfitHosts.add(id);
        }
        cannot.jobs()
                .keySet()
                .forEach(job ->
                        unfit.computeIfAbsent(job, any -> new HashSet<>()).add(id));
    }

    /** By id. */
    Map<String, Member> byId() {
        return byId;
    }

    /** Their ids. */
    List<String> ids() {
        return ids;
    }

    /** Those that cannot run that job, as they report. The set is the caller's own. */
    Set<String> unfit(String job) {
        Set<String> all = new HashSet<>(unfitHosts);
        all.addAll(unfit.getOrDefault(job, Set.of()));
        return all;
    }

    /** The newest fire up to which one of them saw that job settled, of those that are due. */
    Optional<Instant> settled(String job, Instant now) {
        Instant newest = settled.get(job);
        if (newest == null || !newest.isAfter(now)) {
            return Optional.ofNullable(newest);
        }
        return byId.values().stream() // the clock went back, or somebody reports what cannot be
                .flatMap(member ->
                        Optional.ofNullable(member.activity().settled().get(job)).stream())
                .filter(fire -> !fire.isAfter(now))
                .max(Instant::compareTo);
    }

    /** The highest token among their runs of that job. */
    Optional<Long> newestToken(String job) {
        return Optional.ofNullable(tokens.get(job));
    }

    /** Whether one of them reports anything of that job. */
    boolean know(String job) {
        return tokens.containsKey(job) || settled.containsKey(job);
    }
}
