package io.fleetcron.observe;

import static io.fleetcron.observe.Lines.missed;
import static io.fleetcron.observe.Lines.ran;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.ledger.HistoryLine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each settlement once, whatever the order in which files and ledgers tell of it, and however often. */
class MergedHistoryTest {

    private static void assertMerged(List<HistoryLine> expected, HistoryLine... lines) {
        List<HistoryLine> all = new ArrayList<>(List.of(lines));
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(all, new Random(seed));
            assertEquals(expected, MergedHistory.of(all), "order of seed " + seed);
        }
    }

    @Test
    void sortsByScheduledTime() {
        assertMerged(
                List.of(ran("b", 1, 1, "x"), ran("a", 2, 5, "x"), ran("b", 2, 2, "y")),
                ran("b", 2, 2, "y"),
                ran("a", 2, 5, "x"),
                ran("b", 1, 1, "x"));
    }

    @Test
    void aCopyIsTheSameLine() {
        assertMerged(List.of(ran("a", 1, 1, "x")), ran("a", 1, 1, "x"), ran("a", 1, 1, "x"), ran("a", 1, 1, "x"));
    }

    @Test
    void aSecondRunOfAFireHasAnotherToken() {
        assertMerged(List.of(ran("a", 1, 1, "x"), ran("a", 1, 2, "y")), ran("a", 1, 1, "x"), ran("a", 1, 2, "y"));
    }

    @Test
    void everyHostCountsItsOwnTokens() {
        assertMerged(List.of(ran("a", 1, 1, "x"), ran("a", 1, 1, "y")), ran("a", 1, 1, "x"), ran("a", 1, 1, "y"));
    }

    @Test
    void aLedgersRowGivesWayToTheFiresItJoins() {
        assertMerged(
                List.of(missed("a", 1, 1, 1, 9), missed("a", 2, 2, 1, 9), missed("a", 3, 3, 1, 9)),
                missed("a", 1, 3, 3, 9),
                missed("a", 1, 1, 1, 9),
                missed("a", 2, 2, 1, 9),
                missed("a", 3, 3, 1, 9),
                missed("a", 1, 3, 3, 9));
    }

    @Test
    void aRowStandsWhereSomeOfItsFiresAreNotToBeHad() {
        assertMerged(
                List.of(missed("a", 1, 3, 3, 9)),
                missed("a", 1, 3, 3, 9),
                missed("a", 1, 1, 1, 9),
                missed("a", 3, 3, 1, 9));
    }

    @Test
    void aRowThatIsPartOfALongerOneIsOfItsFires() {
        assertMerged(
                List.of(missed("a", 1, 4, 4, 9), missed("a", 5, 5, 1, 9)),
                missed("a", 1, 5, 5, 9),
                missed("a", 1, 4, 4, 9),
                missed("a", 5, 5, 1, 9));
    }

    @Test
    void rowsOfTwoDecisionsAreTwo() {
        assertMerged(
                List.of(missed("a", 1, 2, 2, 8), missed("a", 3, 4, 2, 9)),
                missed("a", 3, 4, 2, 9),
                missed("a", 1, 2, 2, 8));
    }
}
