package io.fleetcron.membership;

import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.Fire;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Collects what this instance did recently, for its slot in the member table. Thread-safe. */
public final class ActivityLog {

    /** About what the slot holds. */
    private static final int LIMIT = 60;

    /** The others have read it by then. */
    private static final Duration KEEP = Duration.ofMinutes(1);

    private record Seen(Instant fire, Instant at) {}

    private final InstantSource clock;
    private final Map<String, Long> running = new HashMap<>();
    private final Map<String, Seen> settled = new LinkedHashMap<>();

    public ActivityLog(InstantSource clock) {
        this.clock = clock;
    }

    public synchronized void began(String job, long token) {
        running.put(job, token);
    }

    public synchronized void ended(String job) {
        running.remove(job);
    }

    /** Every fire of that job up to this one is settled. */
    public synchronized void settled(Fire last) {
        String job = last.job();
        settled.remove(job);
        settled.put(job, new Seen(last.time(), clock.instant()));
        Iterator<Seen> oldest = settled.values().iterator();
        Instant limit = clock.instant().minus(KEEP);
        while (oldest.hasNext() && (oldest.next().at.isBefore(limit) || settled.size() > LIMIT)) {
            oldest.remove();
        }
    }

    public synchronized Activity current() {
        Map<String, Long> runs = new HashMap<>();
        running.entrySet().stream().limit(LIMIT).forEach(run -> runs.put(run.getKey(), run.getValue()));
        Map<String, Instant> fires = new HashMap<>();
        settled.forEach((job, seen) -> fires.put(job, seen.fire));
        return new Activity(runs, fires);
    }
}
