package io.fleetcron.virtual;

import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What held of which host, and when, in nanoseconds of the world. */
final class HostSpans {

    /** What may hold of a host for a time. */
    enum Condition {
        /** It was able to run any job. */
        FIT,
        /** It was able to run what is its own. */
        UP,
        /** Its agent took part in the fleet, with the definitions that it should have had. */
        DEFINES,
        /** Its agent took part in the fleet, without the definitions that it should have had. */
        LACKS,
        /** It did not have the definitions that it should have had, whether or not an agent was there. */
        OUTDATED
    }

    private final Map<Condition, Map<String, NavigableMap<Long, Long>>> all = new EnumMap<>(Condition.class);

    void held(Condition what, String host, long from, long to) {
        if (from < to) {
            of(what).computeIfAbsent(host, any -> new TreeMap<>()).put(from, to);
        }
    }

    /** The beginnings and ends, by host. */
    Map<String, NavigableMap<Long, Long>> of(Condition what) {
        return all.computeIfAbsent(what, any -> new TreeMap<>());
    }

    /** The beginnings and ends. */
    NavigableMap<Long, Long> of(Condition what, String host) {
        return of(what).getOrDefault(host, new TreeMap<>());
    }

    /** Whether one of these spans reaches from then to then. */
    static boolean covers(NavigableMap<Long, Long> spans, long begin, long end) {
        Map.Entry<Long, Long> span = spans.floorEntry(begin);
        return span != null && span.getValue() >= end;
    }

    /** Whether it held of some host at that moment. */
    boolean heldAt(Condition what, long moment) {
        return of(what).values().stream().anyMatch(spans -> covers(spans, moment, moment));
    }

    /** Whether it held of that host at some moment of that time. */
    boolean heldWithin(Condition what, String host, long from, long until) {
        return of(what, host).headMap(until, true).values().stream().anyMatch(end -> end >= from);
    }
}
