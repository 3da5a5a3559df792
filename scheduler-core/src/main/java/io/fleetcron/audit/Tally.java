package io.fleetcron.audit;

import io.fleetcron.fleet.Outcome;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How many fires of a job, or of all, came to what. For one thread. */
public final class Tally {

    /** What became of a due fire. */
    public enum Count {
        /** Fires that were due. */
        DUE,
        /** Started exactly once. */
        STARTED,
        /** Started again because the run was lost, as the definition asks. */
        RERUN,
        /** In progress. */
        RUNNING,
        /** Left out on purpose, or because the job was still running. */
        SKIPPED,
        /** No host could start it in time. */
        MISSED,
        /** May still be started. */
        WAITING,
        /** Due on some hosts only, whose definitions were about to change, and not started. */
        CHANGING,
        /** Started more than once. */
        DOUBLED,
        /** Runs that began before another one of the job had ended. */
        OVERLAPPING,
        /** Nothing says what became of it. */
        UNACCOUNTED,
        /** What is on record does not tell whether it was due, or what became of it. */
        UNKNOWN;

        /** As it is printed. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int MOST_REASONS = 50;

    private final Map<Count, Long> counts = new EnumMap<>(Count.class);
    private final Map<Outcome, Long> ends = new EnumMap<>(Outcome.class);
    private final Map<String, Long> reasons = new TreeMap<>();
    private final Map<String, Long> byHand = new TreeMap<>();

    void add(Count count) {
        counts.merge(count, 1L, Long::sum);
    }

    void ended(Outcome outcome) {
        ends.merge(outcome, 1L, Long::sum);
    }

    void leftOut(String reason) {
        String kept = reasons.size() < MOST_REASONS || reasons.containsKey(reason) ? reason : "other reasons";
        reasons.merge(kept, 1L, Long::sum);
    }

    void byHand(String who) {
        String kept = byHand.size() < MOST_REASONS || byHand.containsKey(who) ? who : "others";
        byHand.merge(kept, 1L, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach((count, n) -> counts.merge(count, n, Long::sum));
        other.ends.forEach((outcome, n) -> ends.merge(outcome, n, Long::sum));
        other.reasons.forEach((reason, n) -> reasons.merge(reason, n, Long::sum));
        other.byHand.forEach((who, n) -> byHand.merge(who, n, Long::sum));
    }

    /** How many. */
    public long of(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    /** How fires that were started ended. */
    public Map<Outcome, Long> ends() {
        return ends;
    }

    /** Why fires were skipped, and how many for each reason. */
    public Map<String, Long> reasons() {
        return reasons;
    }

    /** How many runs each person asked for: they count as no fire. */
    public Map<String, Long> byHand() {
        return byHand;
    }

    /** All that is not nought, in words: for people. */
    @Override
    public String toString() {
        return counts.toString().toLowerCase(Locale.ROOT);
    }
}
