package io.fleetcron.observe;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Settlement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** One history out of many files and ledgers, in which the same settlement may stand several times. Pure functions. */
public final class MergedHistory {

    private static final Comparator<HistoryLine> ORDER = Comparator.comparing(
                    (HistoryLine line) -> line.settlement().fire())
            .thenComparing(HistoryLine::job)
            .thenComparing(line -> line.settlement().token())
            .thenComparing(line -> line.settlement().instance());

    private MergedHistory() {}

    /** Each settlement once, by scheduled time. */
    public static List<HistoryLine> of(Collection<HistoryLine> lines) {
        Map<Ran, HistoryLine> ran = new LinkedHashMap<>();
        Map<Unrun, List<HistoryLine>> unrun = new LinkedHashMap<>();
        for (HistoryLine line : lines) {
            if (line.settlement().outcome().ran()) {
                ran.putIfAbsent(Ran.of(line), line);
            } else {
                unrun.computeIfAbsent(Unrun.of(line), group -> new ArrayList<>())
                        .add(line);
            }
        }
        List<HistoryLine> merged = new ArrayList<>(ran.values());
        unrun.values().forEach(group -> merged.addAll(fires(group)));
        merged.sort(ORDER);
        return List.copyOf(merged);
    }

    /**
     * The fires that one decision settled stand one by one in the history of the instance that decided, and as one row
     * in the ledger, from which others may have copied it. The single fires win if they are complete.
     */
    private static Collection<HistoryLine> fires(List<HistoryLine> group) {
        group.sort(Comparator.comparingLong(line -> line.settlement().count()));
        NavigableMap<Instant, HistoryLine> kept = new TreeMap<>();
        for (HistoryLine line : group) {
            Settlement row = line.settlement();
            Map<Instant, HistoryLine> parts = kept.subMap(row.fire(), true, row.through(), true);
            long known = parts.values().stream()
                    .mapToLong(p -> p.settlement().count())
                    .sum();
            if (known < row.count()) {
                parts.clear();
                kept.put(row.fire(), line);
            }
        }
        return kept.values();
    }

    /**
     * A run. Jobs that run on every host count their tokens per host, so the instance belongs to it. A copy of a line
     * names the instance that ran it, not the one that copied.
     */
    private record Ran(HistoryLine.Key key, String instance) {
        static Ran of(HistoryLine line) {
            return new Ran(line.key(), line.settlement().instance());
        }
    }

    /** All fires that one decision settled without a run. */
    private record Unrun(String job, String instance, long token, Outcome outcome, Instant ended) {
        static Unrun of(HistoryLine line) {
            Settlement settlement = line.settlement();
            return new Unrun(
                    line.job(), settlement.instance(), settlement.token(), settlement.outcome(), settlement.ended());
        }
    }
}
