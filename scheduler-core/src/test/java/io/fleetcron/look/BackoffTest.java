package io.fleetcron.look;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 20, 60, 150, 3600})
    void everyInstanceHasItsTurnWithinTwoThirdsOfTheTolerance(int seconds) {
        Duration tolerance = Duration.ofSeconds(seconds);
        for (int members : new int[] {1, 3, 17, 512}) {
            assertEquals(Duration.ZERO, Backoff.turn(0, members, tolerance, BackoffTest::most));
            for (int rank = 1; rank < members; rank++) {
                Duration turn = Backoff.turn(rank, members, tolerance, BackoffTest::most);
                assertTrue(turn.toMillis() <= tolerance.toMillis() * 2 / 3, rank + " of " + members + ": " + turn);
                assertTrue(Backoff.spared(rank, members, tolerance, BackoffTest::least)
                                        .compareTo(Duration.ofSeconds(3))
                                > 0
                        || seconds < 60);
            }
        }
    }

    /** They hear by the member table whether the fire was started, and need not ask. */
    @Test
    void thoseWhoseTurnIsFarWaitForTwoBeatsWhereTheToleranceAllowsIt() {
        for (int members : new int[] {4, 17, 512}) {
            for (int rank = 3; rank < members; rank++) {
                assertTrue(Backoff.turn(rank, members, Duration.ofMinutes(1), BackoffTest::least)
                                .toMillis()
                        >= 9_750);
            }
        }
    }

    private static long least(long bound) {
        return Math.min(0, bound);
    }

    private static long most(long bound) {
        return bound - 1;
    }
}
