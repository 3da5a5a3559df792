package io.fleetcron.look;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.fleet.Fire;
import io.fleetcron.membership.Ranking;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an instance that cannot run a job may claim its fires all the same, and when it takes its turn. */
class StandAsideTest {

    private static final Duration TOLERANCE = Duration.ofSeconds(60);

    /**
     * It finds a fire open at 1000 s, and again at {@code then} and {@code now}; the ledger accounts for what is due up to
     * {@code first}, {@code second} and {@code third}.
     */
    @ParameterizedTest
    @CsvSource({
        // first, then, second, now, third, claims
        "990, 1010, 990, 1029, 990, false", // not yet half the tolerance
        "990, 1010, 990, 1030, 990, true", // nobody has got ahead for half the tolerance
        "990, 1010, 1000, 1030, 1000, false", // another one ran a fire in between: this one is young
        "990, 1010, 1000, 1040, 1000, true",
        "990, 1010, 990, 1030, 1020, false", // just now
        "990, 10, 990, 1030, 990, true", // a clock that was wrong for a moment
        "990, 10, 990, 39, 990, false", // one that was ahead before
        "990, 10, 990, 40, 990, true",
    })
    void itClaimsOnceNobodyHasGotAheadForHalfTheTolerance(
            long first, long then, long second, long now, long third, boolean claims) {
        StandAside aside = StandAside.NOT
                .still(at(1000), at(first))
                .still(at(then), at(second))
                .still(at(now), at(third));

        assertEquals(claims, aside.isOver(at(now), TOLERANCE));
    }

    @Test
    void itNeverClaimsWhatItFindsForTheFirstTime() {
        assertEquals(false, StandAside.NOT.isOver(at(1000), TOLERANCE));
        assertEquals(false, StandAside.NOT.still(at(1000), Instant.MIN).isOver(at(1000), TOLERANCE));
    }

    @Test
    void thoseThatCannotRunItRankBehindAllOthers() {
        List<String> live = List.of("a", "b", "c", "d", "e");
        for (int i = 0; i < 200; i++) {
            Instant fire = at(i);
            for (Set<String> unfit : List.of(Set.of("a"), Set.of("b", "d"), Set.copyOf(live), Set.<String>of())) {
                List<Integer> ranks = new ArrayList<>();
                for (String self : live) {
                    int rank = Ranking.rank(new Fire("job", fire), self, live, unfit);
                    assertTrue(unfit.contains(self) ? rank >= 5 - unfit.size() : rank < 5 - unfit.size(), self);
                    ranks.add(rank);
                }
                assertEquals(
                        IntStream.range(0, 5).boxed().toList(),
                        ranks.stream().sorted().toList(),
                        "each has a rank of its own");
            }
        }
    }

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }
}
