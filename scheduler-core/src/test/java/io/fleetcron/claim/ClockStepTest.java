package io.fleetcron.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClockStepTest {

    private static final Instant NOW = Instant.parse("2026-03-01T03:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "0,50,false,true",
        "0,51,true,true",
        "0,-51,true,true",
        "900,-900,true,true",
        "0,60000,true,true",
        "0,60001,true,false",
        "0,-3600000,true,false"
    })
    void aSmallStepReadsNoLedger(long before, long after, boolean matters, boolean small) {
        ClockStep step = ClockStep.between(Duration.ofMillis(before), Duration.ofMillis(after));
        assertEquals(matters, step.matters());
        assertEquals(small, step.isSmall());
    }

    /** All clocks were set at once: against each other they have not moved. */
    @Test
    void theLargerOfTwoStepsCounts() {
        ClockStep none = ClockStep.between(Duration.ofMillis(7), Duration.ofMillis(7));
        ClockStep hour = ClockStep.between(NOW, NOW.minusSeconds(3600));
        assertEquals(Duration.ofHours(1), hour.size());
        assertEquals(hour, none.or(hour));
        assertEquals(hour, hour.or(none));
        assertEquals(Duration.ofHours(-1), hour.shift());
    }

    @ParameterizedTest
    @CsvSource({"3600,0,0", "3600,1,1", "3600,14,14", "3600,16,", "1,0,0", "10,7,7"})
    void findsWhatNoTimerHandsOver(int period, int past, Integer age) {
        ClockStep step = ClockStep.between(NOW, NOW.plusMillis(60));
        Schedule schedule = Schedules.every(Duration.ofSeconds(period));
        Instant now = NOW.plusSeconds(past);
        assertEquals(
                age,
                step.missed(schedule, now)
                        .map(fire -> (int) Duration.between(fire, now).toSeconds())
                        .orElse(null));
    }
}
