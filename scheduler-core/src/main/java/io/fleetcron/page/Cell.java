package io.fleetcron.page;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.SeenRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One fire of a job, as one sign on the page. Immutable.
 *
 * @param time its scheduled time; of a row of fires, the last
 * @param look how it is drawn
 * @param length how long its run took, if it is over
 * @param settlement the settlement that it is shown by, if it is settled
 * @param text all that is known of it, for people
 */
record Cell(Instant time, Look look, Optional<Duration> length, Optional<Settlement> settlement, String text) {

    /** Outcomes from the worst on: a job of every host is shown by the worst of its hosts. */
    enum Look {
        LOST("L", "lost"),
        FAILED("✗", "failed"),
        TIMED_OUT("T", "timed out"),
        KILLED("K", "killed"),
        MISSED("M", "missed"),
        OTHER("?", "other"),
        SUCCEEDED("✓", "succeeded"),
        SHADOWED("○", "shadowed"),
        SKIPPED("–", "skipped"),
        RUNNING("▸", "running"),
        DUE("·", "due, not started");

        private final String glyph;
        private final String word;

        Look(String glyph, String word) {
            this.glyph = glyph;
            this.word = word;
        }

        String glyph() {
            return glyph;
        }

        String word() {
            return word;
        }

        /** A class of the style sheet. */
        String style() {
            return "o-" + name().toLowerCase(Locale.ROOT);
        }

        /** True if somebody should look at it. */
        boolean isTrouble() {
            return compareTo(MISSED) <= 0;
        }

        static Look of(Outcome outcome) {
            return switch (outcome) {
                case SUCCEEDED -> SUCCEEDED;
                case FAILED -> FAILED;
                case TIMED_OUT -> TIMED_OUT;
                case KILLED -> KILLED;
                case LOST, FENCED -> LOST;
                case SKIPPED -> SKIPPED;
                case MISSED -> MISSED;
                case SHADOWED -> SHADOWED;
                case OTHER -> OTHER;
            };
        }
    }

    /**
     * A job's newest fires, oldest first: settled, running and due.
     *
     * @param everyHost whether each host has its own runs of a fire
     */
    static List<Cell> of(List<HistoryLine> lines, Collection<SeenRun> running, List<Instant> due, boolean everyHost) {
        Map<Instant, List<Settlement>> fires = new LinkedHashMap<>();
        for (HistoryLine line : lines) {
            Settlement settlement = line.settlement();
            fires.computeIfAbsent(settlement.through(), time -> new ArrayList<>())
                    .add(settlement);
        }
        List<Cell> cells = new ArrayList<>();
        fires.forEach((time, settlements) -> cells.add(settled(time, last(settlements, everyHost))));
        running.forEach(run -> cells.add(new Cell(
                run.run().time(),
                Look.RUNNING,
                Optional.empty(),
                Optional.empty(),
                Words.time(run.run().time()) + " running on " + run.host())));
        due.forEach(time -> cells.add(
                new Cell(time, Look.DUE, Optional.empty(), Optional.empty(), Words.time(time) + " due, not started")));
        cells.sort(Comparator.comparing(Cell::time));
        return cells.subList(Math.max(0, cells.size() - PageReader.FIRES), cells.size());
    }

    /** A fire that ran again is what its last run is; where each host has runs, on each of them. */
    private static List<Settlement> last(List<Settlement> all, boolean everyHost) {
        Map<String, Settlement> newest = new LinkedHashMap<>();
        for (Settlement settlement : all) {
            newest.merge(everyHost ? settlement.instance() : "", settlement, (a, b) -> a.token() > b.token() ? a : b);
        }
        return List.copyOf(newest.values());
    }

    private static Cell settled(Instant time, List<Settlement> settlements) {
        Settlement worst = settlements.stream()
                .min(Comparator.comparing(settlement -> Look.of(settlement.outcome())))
                .orElseThrow();
        Optional<Duration> length = settlements.stream()
                .flatMap(settlement -> length(settlement).stream())
                .max(Comparator.naturalOrder());
        long same = settlements.stream()
                .filter(settlement -> settlement.outcome() == worst.outcome())
                .count();
        String many = settlements.size() == 1 ? "" : " on " + same + " of " + settlements.size() + " hosts";
        return new Cell(
                time,
                Look.of(worst.outcome()),
                length,
                Optional.of(worst),
                Words.time(time) + " " + how(worst) + many
                        + length.map(took -> ", " + Words.length(took)).orElse("")
                        + (worst.outcome().ran() ? ", " + worst.instance() : ""));
    }

    /** How long a settlement's run took. */
    static Optional<Duration> length(Settlement settlement) {
        return settlement
                .started()
                .map(started -> Duration.between(started, settlement.ended()))
                .filter(took -> !took.isNegative());
    }

    /** The outcome with what explains it. */
    static String how(Settlement settlement) {
        String exit = settlement.exit().isPresent() && settlement.exit().getAsInt() != 0
                ? ", exit " + settlement.exit().getAsInt()
                : "";
        String count = settlement.count() > 1 ? ", " + settlement.count() + " fires" : "";
        return Look.of(settlement.outcome()).word()
                + exit
                + count
                + settlement.reason().map(reason -> ": " + reason).orElse("");
    }

    /** The usual length of a job's runs: the median of those that succeeded. */
    static Optional<Duration> usual(List<HistoryLine> lines) {
        List<Duration> lengths = lines.stream()
                .map(HistoryLine::settlement)
                .filter(settlement -> settlement.outcome() == Outcome.SUCCEEDED)
                .flatMap(settlement -> length(settlement).stream())
                .sorted()
                .toList();
        return lengths.isEmpty() ? Optional.empty() : Optional.of(lengths.get(lengths.size() / 2));
    }
}
