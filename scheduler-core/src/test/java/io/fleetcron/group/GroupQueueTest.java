package io.fleetcron.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who goes first: a job that has waited longer, as long as it tries. Times are seconds; it is 100. */
class GroupQueueTest {

    private static final Instant NOW = at(100);

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }

    @ParameterizedTest
    @CsvSource({
        // the other job, since when it waits, when it last tried; since when "m" waits; whether the other goes first
        "a, 80, 99, 90, 1",
        "z, 80, 99, 90, 1",
        "a, 90, 99, 90, 1",
        "z, 90, 99, 90, 0",
        "a, 91, 99, 90, 0",
        "a, 80, 85, 90, 1",
        "a, 80, 84, 90, 0",
        "a, 80, 115, 90, 1",
        "a, 80, 116, 90, 0",
        "m, 80, 99, 90, 0",
    })
    void ordersByWaitThenByName(String other, long since, long tried, long own, int ahead) {
        GroupQueue queue = GroupQueue.EMPTY.with(other, at(since), at(tried));

        assertEquals(ahead, queue.ahead("m", at(own), NOW));
    }

    @Test
    void keepsOnePlaceForEachJobAndForgetsWhoDoesNotTry() {
        GroupQueue queue = GroupQueue.EMPTY
                .with("a", at(70), at(80))
                .with("b", at(75), at(95))
                .with("c", at(80), at(96))
                .with("b", at(75), at(97));

        assertEquals(1, queue.ahead("c", at(80), NOW));
        assertEquals(2, queue.with("c", at(80), NOW).places().size(), "a has not tried for 20 s");
        assertFalse(queue.without("b", NOW).has("b"));
        assertTrue(queue.without("b", NOW).has("c"));
    }

    @Test
    void readsBackWhatItWrites() {
        GroupQueue queue = GroupQueue.EMPTY.with("a", at(70), at(80)).with("b", at(60), at(81));

        assertEquals(queue, GroupQueue.decode(queue.encode()));
        assertEquals("b", queue.places().get(0).job());
    }

    /** Those that have waited longest are kept. */
    @Test
    void fitsHoweverManyWaitAndHoweverLongTheirNamesAre() {
        GroupQueue queue = GroupQueue.EMPTY;
        for (int i = 99; i > 0; i--) {
            queue = queue.with("j".repeat(60) + i, at(i).plusNanos(123_456_789), NOW.minusNanos(1));
        }

        assertEquals(queue, GroupQueue.decode(queue.encode()));
        assertEquals(at(1).plusNanos(123_456_789), queue.places().get(0).since());
    }

    @Test
    void whatIsTornOrForeignIsAsIfNobodyWaited() {
        byte[] whole = GroupQueue.EMPTY.with("a", at(70), at(80)).encode();
        byte[] torn = whole.clone();
        torn[20] ^= 1;

        assertEquals(GroupQueue.EMPTY, GroupQueue.decode(torn));
        assertEquals(GroupQueue.EMPTY, GroupQueue.decode(new byte[0]));
        assertEquals(GroupQueue.EMPTY, GroupQueue.decode("{\"waiting\":1}".getBytes(StandardCharsets.UTF_8)));
        assertEquals(GroupQueue.EMPTY, GroupQueue.decode(Arrays.copyOf(whole, 30)));
    }
}
