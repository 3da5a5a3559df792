package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    30 2 * * *       ; At 02:30, every day (UTC time).
                    0 0,12 * * *     ; At 00:00 and 12:00, every day (UTC time).
                    15 30 2 * * *    ; At 02:30:15, every day (UTC time).
                    59 59 23 * * *   ; At 23:59:59, every day (UTC time).
                    * * * * *        ; Every minute, every day (UTC time).
                    */15 * * * *     ; Every 15 minutes, every day (UTC time).
                    */40 * * * *     ; At minutes 0 and 40 of every hour, every day (UTC time).
                    5 * * * *        ; At minute 5 of every hour, every day (UTC time).
                    * 2 * * *        ; Every minute from 02:00 to 02:59, every day (UTC time).
                    */15 9-17 * * *  ; Every 15 minutes from 09:00 to 17:59, every day (UTC time).
                    5 9-17 * * *     ; At minute 5 of each hour from 09:00 to 17:59, every day (UTC time).
                    */10 6,18 * * *  ; Every 10 minutes in the hours 06 and 18, every day (UTC time).
                    1-4 */6 * * *    ; At minutes 1 to 4 of the hours 00, 06, 12 and 18, every day (UTC time).
                    */20 * * * * *   ; Every 20 seconds, every day (UTC time).
                    * * * * * *      ; Every second, every day (UTC time).
                    5 * * * * *      ; At second 5 of every minute, every day (UTC time).
                    */20 */30 * * * *; Every 20 seconds of minutes 0 and 30 of every hour, every day (UTC time).
                    0 0 1,15 * *     ; At 00:00, on the 1st and 15th of the month (UTC time).
                    0 0 * * 1-5      ; At 00:00, on Monday to Friday (UTC time).
                    0 0 * * 0,6      ; At 00:00, on Sunday and Saturday (UTC time).
                    0 0 13 * fri     ; At 00:00, on the 13th of the month, and also on Friday (UTC time).
                    0 0 */2 * fri    ; At 00:00, on the 1st, 3rd, 5th, 7th, 9th, 11th, 13th, 15th, 17th, 19th, 21st, 23rd, 25th, 27th, 29th and 31st of the month, but only on Friday (UTC time).
                    0 0 1-31 * fri   ; At 00:00, every day (UTC time).
                    0 0 L * *        ; At 00:00, on the last day of the month (UTC time).
                    0 0 L-1,L-3 * *  ; At 00:00, on the day before the last and the day 3 days before the last of the month (UTC time).
                    0 0 LW * *       ; At 00:00, on the weekday (Monday to Friday) nearest to the last day of the month (UTC time).
                    0 0 15W * *      ; At 00:00, on the weekday (Monday to Friday) nearest to the 15th of the month (UTC time).
                    0 0 * * friL     ; At 00:00, on the last Friday of the month (UTC time).
                    0 0 * * 5#2      ; At 00:00, on the 2nd Friday of the month (UTC time).
                    0 0 1 1,6-8 *    ; At 00:00, on the 1st of the month, in January and June to August (UTC time).
                    @reboot          ; Once after each boot of a host.
                    every 90s        ; Every 1 minute 30 seconds, counted from 1970-01-01 00:00 UTC.
                    """)
    void plainEnglish(String expression, String expected) {
        assertEquals(expected, Explain.inEnglish(Schedules.parse(expression, Times.UTC, "job")));
    }

    @Test
    void tellsWhatClockChangesDo() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertEquals(
                "At 02:30, every day (Europe/Berlin time). A time that a clock change skips fires right after it; one that"
                        + " the clock repeats fires once.",
                Explain.inEnglish(Schedules.parse("30 2 * * *", berlin, "job")));
        assertEquals(
                "Every 5 minutes, every day (Europe/Berlin time). Around clock changes it follows what the clock really"
                        + " shows.",
                Explain.inEnglish(Schedules.parse("*/5 * * * *", berlin, "job")));
    }

    @Test
    void unionsAndSplays() {
        Schedule daily = Schedules.parse("@daily", Times.UTC, "job");
        Schedule splayed = new SplayedSchedule(daily, 125);
        assertEquals(
                "At 00:00, every day (UTC time). Each time moved later by 2 minutes 5 seconds, this job's share of the"
                        + " splay. Also: Every 1 hour, counted from 1970-01-01 00:00 UTC.",
                Explain.inEnglish(Schedules.any(List.of(splayed, Schedules.every(Duration.ofHours(1))))));
    }
}
