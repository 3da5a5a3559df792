package io.fleetcron.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the platform's own reader and writer. */
class TimeTextTest {

    @Test
    void anyTimeIsWrittenAndReadAsThePlatformDoes() {
        Random random = new Random(20261127);
        for (int i = 0; i < 20_000; i++) {
            long millis = random.nextLong(-100_000_000_000L, 9_000_000_000_000L);
            Instant time = Instant.ofEpochMilli(i % 2 == 0 ? millis : millis / 1000 * 1000)
                    .plusNanos(i % 7 == 0 ? 5 : i % 7 == 1 ? 120_000 : 0);
            assertEquals(time.toString(), TimeText.of(time));
            assertEquals(time, TimeText.parse(time.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00Z",
                "2024-02-29T23:59:59.999Z",
                "2026-11-27T21:11:30.120Z",
                "2026-11-27T24:00:00Z",
                "2026-06-30T23:59:60Z",
                "2026-11-27T21:11:30.12Z",
                "2026-11-27T21:11:30.123456Z",
                "2026-11-27T21:11:30.123456789Z",
                "2026-11-27T21:11:30.000000001Z",
                "2026-11-27T21:11:30.1234Z",
                "2026-11-27T21:11:30.Z",
                "+10000-01-01T00:00:00Z"
            })
    void edgesAreReadAsThePlatformDoes(String text) {
        Instant time = Instant.parse(text);
        assertEquals(time, TimeText.parse(text));
        assertEquals(time.toString(), TimeText.of(time));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-02-30T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-11-27T25:00:00Z",
                "2026-11-27T21:61:00Z",
                "2026-11-27T21:11:30.1234567890Z",
                "2026-11-27T21:11:30.123x56Z",
                "2026-11-27 21:11:30Z",
                "2026-11-27T21:11:3xZ"
            })
    void whatIsNoTimeIsRefused(String text) {
        assertThrows(DateTimeException.class, () -> TimeText.parse(text));
    }
}
