package io.fleetcron.config.calendar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Spans of time, found by a time in them without looking at each. Immutable.
 *
 * @param <T> the kind of time
 */
final class Spans<T extends Comparable<? super T>> {

    /** By their starts; no two overlap. */
    private final NavigableMap<T, Span<T>> byStart = new TreeMap<>();

    /**
     * One span.
     *
     * @param end the first time after it
     * @param label what people call it
     */
    record Span<T extends Comparable<? super T>>(T start, T end, String label) {}

    /** Where spans overlap, the one that starts earlier counts. */
    Spans(List<Span<T>> spans) {
        List<Span<T>> sorted = new ArrayList<>(spans);
        sorted.sort(Comparator.comparing(Span::start));
        for (Span<T> span : sorted) {
            Map.Entry<T, Span<T>> before = byStart.lastEntry();
            T start = before != null && before.getValue().end().compareTo(span.start()) > 0
                    ? before.getValue().end()
                    : span.start();
            if (start.compareTo(span.end()) < 0) {
                byStart.put(start, new Span<>(start, span.end(), span.label()));
            }
        }
    }

    /** The label of the span that has that time. */
    Optional<String> at(T time) {
        return Optional.ofNullable(byStart.floorEntry(time))
                .map(Map.Entry::getValue)
                .filter(span -> time.compareTo(span.end()) < 0)
                .map(Span::label);
    }

    String canonical() {
        return byStart.values().stream()
                .map(span -> span.start() + "/" + span.end())
                .collect(Collectors.joining(","));
    }
}
