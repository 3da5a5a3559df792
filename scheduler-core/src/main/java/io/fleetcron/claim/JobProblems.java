package io.fleetcron.claim;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The jobs that this instance does not start, each with the reason, for its line in the member table. Thread-safe. */
public final class JobProblems {

    private static final int SHOWN = 300;

    private final Map<String, String> reasons = new TreeMap<>();

    /** That job is not started; true if that, or the reason, is new. */
    synchronized boolean add(String job, String reason) {
        return !reason.equals(reasons.put(job, reason));
    }

    /** Nothing is wrong with that job; true if something was. */
    synchronized boolean remove(String job) {
        return reasons.remove(job) != null;
    }

    /** The first one, and how many there are. */
    public synchronized Optional<String> summary() {
        return reasons.values().stream().findFirst().map(first -> {
            String more = reasons.size() > 1 ? " (and " + (reasons.size() - 1) + " more jobs)" : "";
            return (first.length() > SHOWN ? first.substring(0, SHOWN) + " …" : first) + more;
        });
    }
}
