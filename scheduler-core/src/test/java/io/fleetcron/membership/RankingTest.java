package io.fleetcron.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.fleet.Fire;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTest {

    private static final List<String> LIVE = List.of("a", "b", "c", "d", "e", "f");

    /** Preferred, preferred, others, unfit, may not, may not. */
    private static final Map<String, Integer> TIERS = Map.of("e", 0, "b", 0, "a", 1, "f", 2, "c", 3, "d", 3);

    private static int tier(String member) {
        return Objects.requireNonNull(TIERS.get(member));
    }

    private static Fire fire(int i) {
        return new Fire("job", Instant.ofEpochSecond(60L * i));
    }

    private static List<String> order(Fire fire) {
        Map<Integer, String> ranks = LIVE.stream()
                .collect(Collectors.toMap(
                        self -> Ranking.before(fire, self, LIVE, RankingTest::tier)
                                .size(),
                        self -> self));
        return IntStream.range(0, LIVE.size()).mapToObj(ranks::get).toList();
    }

    @Test
    void lowerTiersGoFirstAndWithinOneEveryInstanceDoesInItsTurn() {
        Map<Integer, Set<String>> at = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            List<String> order = order(fire(i));
            for (int rank = 0; rank < order.size(); rank++) {
                at.computeIfAbsent(rank, r -> new HashSet<>()).add(order.get(rank));
            }
        }
        assertEquals(
                Map.of(
                        0, Set.of("b", "e"),
                        1, Set.of("b", "e"),
                        2, Set.of("a"),
                        3, Set.of("f"),
                        4, Set.of("c", "d"),
                        5, Set.of("c", "d")),
                at);
    }

    @Test
    void aTierDoesNotChangeTheOrderWithinIt() {
        for (int i = 0; i < 100; i++) {
            Fire fire = fire(i);
            List<String> alike = alike(fire);
            List<String> order = order(fire);
            for (int tier = 0; tier < 4; tier++) {
                int of = tier;
                assertEquals(
                        alike.stream().filter(member -> tier(member) == of).toList(),
                        order.stream().filter(member -> tier(member) == of).toList());
            }
        }
        assertTrue(Ranking.before(fire(0), "a", List.of("a"), member -> 3).isEmpty(), "alone, whatever it may do");
    }

    /** Instances of several versions serve one fleet, and must agree on whose turn it is. */
    @Test
    void theOrderIsTheSameInEveryVersion() {
        assertEquals(List.of("e", "b", "d", "c", "a", "f"), alike(fire(1)));
        assertEquals(List.of("d", "c", "b", "e", "a", "f"), alike(fire(2)));
    }

    private static List<String> alike(Fire fire) {
        return LIVE.stream()
                .sorted((x, y) -> Integer.compare(Ranking.rank(fire, x, LIVE), Ranking.rank(fire, y, LIVE)))
                .toList();
    }
}
