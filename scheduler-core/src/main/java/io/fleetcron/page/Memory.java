package io.fleetcron.page;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What was last made for each name out of something: it is made again only out of something else. One caller at a time.
 *
 * @param <T> what it is made of, compared by its {@code equals}
 * @param <R> what is made
 */
final class Memory<T, R> {

    private final Map<String, Made<T, R>> all = new HashMap<>();

    private record Made<T, R>(T from, R result) {}

    /** The result for that name; not for {@code null}. */
    R of(String name, T from, Function<T, R> maker) {
        Made<T, R> known = all.get(name);
        if (known == null || !known.from.equals(from)) {
            known = new Made<>(from, maker.apply(from));
            all.put(name, known);
        }
        return known.result;
    }

    /** Forgets all other names. */
    void retain(Set<String> names) {
        all.keySet().retainAll(names);
    }
}
