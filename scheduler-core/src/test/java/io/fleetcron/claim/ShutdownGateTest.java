package io.fleetcron.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.fleet.HandTurnedTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an orderly stop waits for, and what it lets begin. */
final class ShutdownGateTest {

    private final List<Runnable> meanwhile = new ArrayList<>();
    private final HandTurnedTime time = new HandTurnedTime(Instant.EPOCH, () -> {
        if (!meanwhile.isEmpty()) {
            meanwhile.remove(0).run();
        }
    });
    private final ShutdownGate steps = new ShutdownGate(time);

    @Test
    void whatIsHalfDoneMayBeEndedWhileAStopWaits() throws Exception {
        assertTrue(steps.begin());
        meanwhile.add(() -> {
            assertFalse(steps.begin());
            assertTrue(steps.beginLast());
        });
        meanwhile.add(steps::end);
        meanwhile.add(() -> {
            assertTrue(steps.beginLast(), "one is still half done");
            steps.end();
        });
        meanwhile.add(steps::end);

        assertTrue(steps.stop(Duration.ofSeconds(60)));
        assertEquals(List.of(), meanwhile);
        assertFalse(steps.beginLast());
    }

    @Test
    void nothingBeginsOnceAStopHasLostPatience() throws Exception {
        assertTrue(steps.beginLast());
        Instant before = time.instant();
        assertFalse(steps.stop(Duration.ofSeconds(7)));
        assertEquals(Duration.ofSeconds(7), Duration.between(before, time.instant()));
        assertFalse(steps.begin());
        assertFalse(steps.beginLast());
    }
}
