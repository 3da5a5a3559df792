package io.fleetcron.page;

import static io.fleetcron.page.Fleet.settlement;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which sign a fire gets. */
class CellTest {

    private static List<HistoryLine> lines(Settlement... settlements) {
        return Stream.of(settlements)
                .map(settlement -> new HistoryLine("one", settlement))
                .toList();
    }

    private static Settlement of(Outcome outcome, String instance, long token) {
        return settlement("11:00:00", outcome, instance, token, 5, Optional.empty());
    }

    private static String text(boolean everyHost, Settlement... settlements) {
        List<Cell> cells = Cell.of(lines(settlements), List.of(), List.of(), everyHost);
        assertEquals(1, cells.size());
        return cells.get(0).look() + ": " + cells.get(0).text();
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCEEDED, 'SUCCEEDED: 2026-11-23 11:00:00 succeeded, 5.0 s, a'",
        "FAILED, 'FAILED: 2026-11-23 11:00:00 failed, exit 3, 5.0 s, a'",
        "TIMED_OUT, 'TIMED_OUT: 2026-11-23 11:00:00 timed out, exit 3, 5.0 s, a'",
        "SKIPPED, 'SKIPPED: 2026-11-23 11:00:00 skipped'",
        "MISSED, 'MISSED: 2026-11-23 11:00:00 missed'"
    })
    void anOutcomeHasASign(Outcome outcome, String expected) {
        assertEquals(expected, text(false, of(outcome, "a", 1)));
    }

    @Test
    void everyOutcomeHasOne() {
        for (Outcome outcome : Outcome.values()) {
            Cell.Look look = Cell.Look.of(outcome);
            assertEquals("o-" + look.name().toLowerCase(Locale.ROOT), look.style());
        }
    }

    @Test
    void aFireThatRanAgainIsWhatItsLastRunIs() {
        assertEquals(
                "SUCCEEDED: 2026-11-23 11:00:00 succeeded, 5.0 s, b",
                text(false, of(Outcome.SUCCEEDED, "b", 2), of(Outcome.LOST, "a", 1)));
    }

    @Test
    void aJobOfEveryHostIsTheWorstOfThem() {
        assertEquals(
                "FAILED: 2026-11-23 11:00:00 failed, exit 3 on 1 of 3 hosts, 5.0 s, b",
                text(
                        true,
                        of(Outcome.SUCCEEDED, "a", 1),
                        of(Outcome.FAILED, "b", 1),
                        of(Outcome.FAILED, "c", 1),
                        of(Outcome.SUCCEEDED, "c", 2)));
    }

    @Test
    void theNewestAreKept() {
        List<HistoryLine> lines = new ArrayList<>();
        for (int minute = 10; minute < 55; minute++) {
            lines.addAll(
                    lines(settlement("11:" + minute + ":00", Outcome.SUCCEEDED, "a", minute, 1, Optional.empty())));
        }

        List<Cell> cells = Cell.of(lines, List.of(), List.of(Fleet.at("12:00:00")), false);

        assertEquals(PageReader.FIRES, cells.size());
        assertEquals(Fleet.at("11:26:00"), cells.get(0).time());
        assertEquals(Cell.Look.DUE, cells.get(PageReader.FIRES - 1).look());
    }
}
