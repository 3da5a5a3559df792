package io.fleetcron.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetClockTest {

    private static final Instant SERVER_BOOT = Instant.parse("2026-11-24T12:00:00Z");
    private static final Instant LOCAL = Instant.parse("2031-01-01T00:00:00Z");

    private final AtomicLong boot = new AtomicLong(Duration.ofHours(3).toNanos());
    private long drift;
    private long passed;
    private long set;
    private final FleetClock clock = new FleetClock(() -> LOCAL, boot::get);

    @Test
    void withoutASampleItIsTheHostsOwnTime() {
        assertEquals(LOCAL, clock.instant());
        assertEquals(LOCAL, clock.latest());
    }

    @Test
    void theServersTimeLiesBetweenItsBoundsHoweverLongWritesTake() {
        Random random = new Random(11);
        for (int i = 0; i < 200; i++) {
            write(random.nextInt(3_000), random.nextInt(3_000));
            pass(random.nextInt(5_000));
            assertFalse(clock.instant().isAfter(server()), "never early");
            assertFalse(clock.latest().isBefore(server()), "never late");
        }
    }

    @Test
    void oneQuickWriteTellsTheTimeToTheMillisecond() {
        write(2_000, 1_500);
        write(0, 1);
        assertEquals(server().minusMillis(1), clock.instant());
        assertEquals(server(), clock.latest().truncatedTo(ChronoUnit.MILLIS));
    }

    /** By seconds a day, as clocks of ordinary machines do: what a sample said some minutes ago does not hold any more. */
    @ParameterizedTest
    @ValueSource(longs = {-100, 100, 400})
    void theServersTimeLiesBetweenItsBoundsThoughTheHostsClockDrifts(long ppm) {
        drift = ppm;
        for (int i = 0; i < 100; i++) {
            write(1, 1);
            pass(7_000);
            assertFalse(clock.instant().isAfter(server()), "never early");
            assertFalse(clock.latest().isBefore(server()), "never late");
            pass(8_000);
        }
        assertTrue(clock.instant().isAfter(server().minusMillis(20)), "nor late by more than it takes to be sure");
    }

    /** By less than a second: what was known before is given up at once, in either direction. */
    @ParameterizedTest
    @ValueSource(longs = {-300, 300})
    void theServersTimeLiesBetweenItsBoundsOnceItsClockWasSet(long millis) {
        write(1, 1);
        pass(5_000);
        set += millis;
        write(5, 5);
        assertFalse(clock.instant().isAfter(server()), "never early");
        assertFalse(clock.latest().isBefore(server()), "never late");
    }

    /** The server stamps the file so long after the write began, and so long before the time came back. */
    private void write(long millisBefore, long millisAfter) {
        long before = clock.bootNanos();
        pass(millisBefore);
        Instant stamp = server();
        pass(millisAfter);
        clock.observe(stamp, before, clock.bootNanos());
    }

    private void pass(long millis) {
        boot.addAndGet(millis * (1_000_000 + drift));
        passed += millis;
    }

    private Instant server() {
        return SERVER_BOOT.plusMillis(passed + set);
    }
}
