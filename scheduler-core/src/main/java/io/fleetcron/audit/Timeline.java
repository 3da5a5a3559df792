package io.fleetcron.audit;

import io.fleetcron.fleet.InForce;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which timetables were in force when, by the journals of the instances. Where no instance was up, what was in force
 * before still was: what came due then is owed to it. Immutable.
 *
 * @param stretches without gaps, the first beginning where the journals do; in neighbours the timetables differ
 */
public record Timeline(List<Stretch> stretches) {

    /** An instance that is up writes again after this long, and a slow share gets some more. */
    static final Duration VALID = Duration.ofMinutes(65);

    /**
     * A time in which the same timetables were in force.
     *
     * @param from inclusive
     * @param until exclusive
     * @param timetables their names; several while hosts had different definitions
     */
    public record Stretch(Instant from, Instant until, Set<String> timetables) {}

    public Timeline {
        stretches = List.copyOf(stretches);
    }

    /**
     * Of all these journals, up to {@code end}.
     *
     * @param lastSigns when each instance last showed a sign of life, as far as that is known
     */
    public static Timeline of(Map<String, List<InForce>> journals, Map<String, Instant> lastSigns, Instant end) {
        NavigableMap<Instant, Map<String, Integer>> changes = new TreeMap<>();
        for (Map.Entry<String, List<InForce>> journal : journals.entrySet()) {
            List<InForce> lives = lives(journal.getValue());
            Instant lastSign = lastSigns.getOrDefault(journal.getKey(), Instant.MAX);
            for (int i = 0; i < lives.size(); i++) {
                InForce life = lives.get(i);
                Instant next = i + 1 < lives.size() ? lives.get(i + 1).since() : later(lastSign, life.until());
                Instant valid = life.until().plus(VALID);
                Instant until = next.isBefore(valid) ? next : valid;
                if (life.since().isBefore(until)) {
                    change(changes, life.since(), life.timetable(), 1);
                    change(changes, until, life.timetable(), -1);
                }
            }
        }
        return new Timeline(swept(changes, end));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static void change(NavigableMap<Instant, Map<String, Integer>> changes, Instant at, String name, int by) {
        changes.computeIfAbsent(at, time -> new HashMap<>()).merge(name, by, Integer::sum);
    }

    /** The lines of one life of an instance with one set of definitions, joined. */
    private static List<InForce> lives(List<InForce> journal) {
        Map<Instant, InForce> lives = new TreeMap<>();
        for (InForce line : journal) {
            lives.merge(line.since(), line, (a, b) -> a.until().isBefore(b.until()) ? b : a);
        }
        return lives.values().stream()
                .sorted(Comparator.comparing(InForce::since))
                .toList();
    }

    private static List<Stretch> swept(NavigableMap<Instant, Map<String, Integer>> changes, Instant end) {
        List<Stretch> stretches = new ArrayList<>();
        Map<String, Integer> inForce = new HashMap<>();
        Set<String> now = Set.of();
        Instant from = Instant.MAX;
        for (Map.Entry<Instant, Map<String, Integer>> change : changes.entrySet()) {
            change.getValue().forEach((name, by) -> inForce.merge(name, by, Integer::sum));
            inForce.values().removeIf(count -> count == 0);
            Set<String> then = inForce.isEmpty() ? now : Set.copyOf(inForce.keySet());
            if (!then.equals(now)) {
                if (from.isBefore(change.getKey())) {
                    stretches.add(new Stretch(from, change.getKey(), now));
                }
                from = change.getKey();
                now = then;
            }
        }
        if (from.isBefore(end)) {
            stretches.add(new Stretch(from, end, now));
        }
        return stretches;
    }
}
