package io.fleetcron.observe.newest;

import static io.fleetcron.observe.Lines.missed;
import static io.fleetcron.observe.Lines.ran;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.ledger.HistoryLine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The newest fires of a long history, whatever the order in which it is read. */
class NewestFiresTest {

    private static Map<String, List<HistoryLine>> newest(int fires, List<HistoryLine> lines) {
        NewestFires newest = new NewestFires(line -> !line.job().equals("other"), fires);
        lines.forEach(newest::add);
        return newest.byJob();
    }

    @Test
    void areThoseOfTheWholeHistory() {
        List<HistoryLine> all = new ArrayList<>();
        for (int second = 0; second < 500; second++) {
            all.add(ran("a", second, second, "x"));
            all.add(ran("a", second, second, "x")); // a copy
            all.add(ran("other", second, second, "x"));
            all.add(ran("every", second, second, "x"));
            all.add(ran("every", second, second, "y"));
        }
        all.add(ran("b", 7, 1, "x"));
        for (int seed = 0; seed < 10; seed++) {
            Collections.shuffle(all, new Random(seed));

            Map<String, List<HistoryLine>> newest = newest(30, all);

            assertEquals(Set.of("a", "b", "every"), newest.keySet());
            assertEquals(
                    all.stream()
                            .filter(line ->
                                    line.job().equals("a") && line.settlement().token() >= 470)
                            .distinct()
                            .sorted(Comparator.comparing(
                                    line -> line.settlement().fire()))
                            .toList(),
                    newest.get("a"),
                    "order of seed " + seed);
            assertEquals(60, newest.getOrDefault("every", List.of()).size(), "order of seed " + seed);
            assertEquals(List.of(ran("b", 7, 1, "x")), newest.get("b"));
        }
    }

    @Test
    void whatLedgersRepeatChangesNothing() {
        NewestFires newest = new NewestFires(line -> true, 30);
        newest.addAgain(ran("a", 1, 1, "x"));
        newest.add(ran("a", 2, 2, "x"));
        List<HistoryLine> first = newest.byJob().getOrDefault("a", List.of());
        assertEquals(List.of(ran("a", 1, 1, "x"), ran("a", 2, 2, "x")), first);

        newest.addAgain(ran("a", 2, 2, "x"));
        assertSame(first, newest.byJob().get("a"));

        newest.addAgain(ran("a", 3, 3, "x"));
        assertEquals(3, newest.byJob().getOrDefault("a", List.of()).size());
    }

    @Test
    void linesThatWouldNotBeKeptNeedNotBeRead() {
        NewestFires newest = new NewestFires(line -> true, 30);
        for (int second = 100; second < 200; second++) {
            newest.add(ran("a", second, second, "x"));
        }
        newest.byJob();

        assertTrue(newest.isTooOld(ran("a", 169, 169, "x").toJson()));
        assertFalse(newest.isTooOld(ran("a", 170, 170, "x").toJson()));
        assertTrue(newest.isTooOld(missed("a", 160, 169, 10, 169).toJson()));
        assertFalse(newest.isTooOld(missed("a", 160, 170, 11, 170).toJson()), "it ends among those");
        assertFalse(newest.isTooOld(ran("b", 1, 1, "x").toJson()), "of another job");
        assertFalse(newest.isTooOld("{\"fire\":\"1970-01-01T00:00:01Z\",\"job\":\"a\"}"), "not as this program writes");
        assertFalse(newest.isTooOld("{\"job\":\"a\",\"fire\":\"yesterday\"}"));
        assertFalse(newest.isTooOld("{\"job\":\"a\",\"fire\":\"1970-01-01T00:0"));
        assertFalse(newest.isTooOld(""));
    }

    @Test
    void aRowOfFiresIsAsNewAsItsLast() {
        List<HistoryLine> lines = new ArrayList<>(List.of(missed("a", 1, 400, 400, 401)));
        for (int second = 401; second < 410; second++) {
            lines.add(ran("a", second, second, "x"));
        }

        assertEquals(lines, newest(10, lines).get("a"));
    }
}
