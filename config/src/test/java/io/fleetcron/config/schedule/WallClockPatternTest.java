package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WallClockPatternTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    * 0-6 * * *       | 2026-12-25T00:00:00 | true
                    * 0-6 * * *       | 2026-12-25T06:59:59 | true
                    * 0-6 * * *       | 2026-12-25T07:00:00 | false
                    30 2 * * *        | 2026-12-25T02:30:00 | true
                    30 2 * * *        | 2026-12-25T02:30:59 | true
                    30 2 * * *        | 2026-12-25T02:31:00 | false
                    0 30 2 * * *      | 2026-12-25T02:30:00 | true
                    0 30 2 * * *      | 2026-12-25T02:30:01 | false
                    * * * * sat,sun   | 2026-12-26T12:34:56 | true
                    * * * * sat,sun   | 2026-12-25T12:34:56 | false
                    * * 25 12 *       | 2026-12-25T23:59:59 | true
                    * * L * *         | 2026-02-28T10:00:00 | true
                    @daily            | 2026-12-25T00:00:30 | true
                    @daily            | 2026-12-25T00:01:00 | false
                    @hourly           | 1969-12-31T23:00:00 | true
                    * * 1 * mon       | 2026-12-01T10:00:00 | true
                    * * 1 * mon       | 2026-12-07T10:00:00 | true
                    * * 1 * mon       | 2026-12-08T10:00:00 | false
                    """)
    void matchesWhatTheClockShows(String expression, LocalDateTime time, boolean matches) {
        assertEquals(matches, WallClockPattern.parse(expression).matches(time));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "H * * * *",
                "* h(0-5) * * *",
                "* * 1,H * *",
                "every 5m",
                "@every 5m",
                "@reboot",
                "* * 30 2 *",
                ""
            })
    void refusesWhatIsNoPattern(String expression) {
        assertThrows(ScheduleException.class, () -> WallClockPattern.parse(expression));
    }

    @Test
    void patternsWithTheSameTimesHaveTheSameForm() {
        assertEquals(
                WallClockPattern.parse("0 0 * * *").canonical(),
                WallClockPattern.parse("@daily").canonical());
        // All of the minute, or its first second.
        assertEquals(
                false,
                WallClockPattern.parse("0 0 * * *")
                        .canonical()
                        .equals(WallClockPattern.parse("0 0 0 * * *").canonical()));
    }
}
