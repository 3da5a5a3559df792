package io.fleetcron.claim;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an orderly stop waits for, and what it lets begin. */
final class ShutdownGateTest {

    private final ShutdownGate steps = new ShutdownGate();

    @Test
    void whatIsHalfDoneMayBeEndedWhileAStopWaits() throws Exception {
        assertTrue(steps.begin());
        CompletableFuture<Boolean> stop = CompletableFuture.supplyAsync(this::stop);
        while (steps.begin()) { // until the stop has begun
            steps.end();
            Thread.onSpinWait();
        }
        assertTrue(steps.beginLast());
        steps.end();
        assertFalse(stop.isDone());
        steps.end();
        assertTrue(stop.get());
        assertFalse(steps.beginLast());
    }

    @Test
    void nothingBeginsOnceAStopHasLostPatience() throws Exception {
        assertTrue(steps.beginLast());
        assertFalse(steps.stop(1));
        assertFalse(steps.begin());
        assertFalse(steps.beginLast());
    }

    private boolean stop() {
        try {
            return steps.stop(60_000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
