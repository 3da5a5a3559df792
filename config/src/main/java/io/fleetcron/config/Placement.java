package io.fleetcron.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which instances may run a job, and which of them go first. Immutable.
 *
 * @param hosts patterns of host names: {@code *} stands for any characters, {@code ?} for one, {@code !} before a pattern
 *     excludes what it fits. Without one that includes, all hosts are in
 * @param labels what the labels of an instance must be
 * @param prefer labels of the instances that go before the others
 */
public record Placement(List<String> hosts, Map<String, String> labels, Map<String, String> prefer) {

    /** Any instance, in no particular order. */
    public static final Placement ANYWHERE = new Placement(List.of(), Map.of(), Map.of());

    public Placement {
        hosts = List.copyOf(hosts);
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        prefer = Collections.unmodifiableMap(new TreeMap<>(prefer));
    }

    /** Whether every instance may run the job. */
    public boolean isAnywhere() {
        return hosts.isEmpty() && labels.isEmpty();
    }

    /** Whether an instance with these labels may run the job on that host. */
    public boolean allows(String host, Map<String, String> has) {
        return objection(host, has).isEmpty();
    }

    /** Why an instance with these labels may not run the job on that host; empty if it may. */
    public Optional<String> objection(String host, Map<String, String> has) {
        if (!includes(host)) {
            return Optional.of("its `hosts` are " + String.join(", ", hosts));
        }
        return labels.entrySet().stream()
                .filter(label -> !label.getValue().equals(has.get(label.getKey())))
                .findFirst()
                .map(label -> "its label `" + label.getKey() + "` is " + label.getValue() + ", this host's "
                        + (has.containsKey(label.getKey()) ? "is " + has.get(label.getKey()) : "is not set"));
    }

    private boolean includes(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        boolean named = hosts.stream().allMatch(Placement::excludes);
        for (String pattern : hosts) {
            boolean excludes = excludes(pattern);
            if (fits(name, pattern.substring(excludes ? 1 : 0).toLowerCase(Locale.ROOT))) {
                if (excludes) {
                    return false;
                }
                named = true;
            }
        }
        return named;
    }

    private static boolean excludes(String pattern) {
        return pattern.startsWith("!");
    }

    /** Whether an instance with these labels goes before those without them. */
    public boolean prefers(Map<String, String> has) {
        return !prefer.isEmpty() && has.entrySet().containsAll(prefer.entrySet());
    }

    /** In few words, such as {@code db-* !db-9 role=primary}; empty if it is anywhere. */
    public String text() {
        List<String> words = new ArrayList<>(hosts);
        labels.forEach((name, value) -> words.add(name + "=" + value));
        return String.join(" ", words);
    }

    /** Each {@code *} is first taken for nothing, then for one more character whenever what follows it does not fit. */
    private static boolean fits(String name, String pattern) {
        int at = 0;
        int from = 0;
        int star = -1;
        int resume = 0;
        while (at < name.length()) {
            if (from < pattern.length() && pattern.charAt(from) == '*') {
                star = from++;
                resume = at;
            } else if (from < pattern.length()
                    && (pattern.charAt(from) == '?' || pattern.charAt(from) == name.charAt(at))) {
                from++;
                at++;
            } else if (star >= 0) {
                from = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (from < pattern.length() && pattern.charAt(from) == '*') {
            from++;
        }
        return from == pattern.length();
    }
}
