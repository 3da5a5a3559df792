package io.fleetcron.config.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"90s, 90000", "1h30m, 5400000", "500ms, 500", "2d, 172800000", "1d1h1m1s1ms, 90061001", "0s, 0"})
    void reads(String text, long millis) {
        assertEquals(Optional.of(Duration.ofMillis(millis)), Durations.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "s", "5 s", "5S", "1m1h", "1s1s", "-5s", "+5s", "1.5h", "5min", "٥s", "1000000000s"})
    void refuses(String text) {
        assertEquals(Optional.empty(), Durations.parse(text));
    }

    @Test
    void readsWhatItWrites() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Duration duration =
                    Duration.ofMillis(random.nextLong(Duration.ofDays(366).toMillis()));
            assertEquals(Optional.of(duration), Durations.parse(Durations.format(duration)));
        }
    }
}
