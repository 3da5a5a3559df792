package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is likely a mistake, as {@code column: message}; and what must pass without a word. */
class WarningTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource(delimiterString = " ; ", textBlock = """
                    * 4 * * *      ; 1: * in the minute field fires in every minute of each matching hour, 60 times an hour. Write 0 there for once an hour.
                    * 0 4 * * *    ; 1: * in the second field fires in every second of each matching minute, 60 times a minute. Write 0 there for once a minute.
                    */40 * * * *   ; 1: */40 starts counting again from the start of the field, so its last distance is 20, not 40. For even distances write every: or a step that divides the field.
                    0 */5 * * *    ; 3: */5 starts counting again from the start of the field, so its last distance is 4, not 5. For even distances write every: or a step that divides the field.
                    0 H/5 * * *    ; 3: H/5 starts counting again from the start of the field, so its last distance is 4, not 5. For even distances write every: or a step that divides the field.
                    0 0 */2 * *    ; 5: */2 starts counting again from the start of each month, so the last distance of a month is seldom 2 days.
                    */60 * * * *   ; 1: The step of */60 is as long as the whole field (60): it matches one minute only.
                    0 0 13 * fri   ; 5: Day of month and day of week are both restricted: crond's rule fires on days that match either, not only on days that match both.
                    0 0 1-31 * fri ; 5: This field names every day without a *, and crond fires when either day field matches: the other one has no effect. Write * here.
                    0 0 13 * 0-6   ; 10: This field names every day without a *, and crond fires when either day field matches: the other one has no effect. Write * here.
                    0 0 31 * *     ; 5: Day 31 does not exist in February, April, June, September and November: nothing fires then. Write L for the last day of every month.
                    0 0 29 2 *     ; 5: Day 29 does not exist in February (but for leap years): nothing fires then. Write L for the last day of every month.
                    0 0 4 ? * 2-6  ; 11: Days of the week count as in crond, 0 or 7 is Sunday; Quartz counts 1 as Sunday. Names mean the same in both.
                    30 2 * * *     ; 4: Clock changes in Europe/Berlin skip times of this schedule, first 02:30 on 2026-03-29: such a fire comes right after the change instead.
                    */30 2 * * *   ; 6: Clock changes in Europe/Berlin skip times of this schedule, first 02:00 on 2026-03-29: nothing fires then, because a field begins with *.
                    30 2 31 3 *    ; 4: Clock changes in Europe/Berlin skip times of this schedule, first 02:30 on 2030-03-31: such a fire comes right after the change instead.
                    """)
    void warnsOnce(String expression, String expected) {
        assertEquals(expected, warnings(expression, BERLIN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 4 * * *", "*/15 * * * *", "* * * * *", "0 */2 * * *", "0 0 1,15 * *", "0 0 L * *", "0 0 31 1,3,5 *",
                "0 0 28 * *", "0 0 * * fri#2", "0 0 4 ? * mon-fri", "@daily", "@hourly", "@reboot", "every 7m",
                "0-59/40 * * * *", "30 2 * 1 *", "H H * * *", "*/10 * * * * *"
            })
    void staysSilent(String expression) {
        assertEquals("", warnings(expression, BERLIN));
    }

    @ParameterizedTest
    @CsvSource({"UTC, ''", "Asia/Tokyo, ''", "+02:00, ''", "Asia/Beirut, 1: Clock changes in Asia/Beirut"})
    void skippedTimesDependOnTheZone(ZoneId zone, String expected) {
        String warnings = warnings("@daily", zone);
        assertEquals(expected, warnings.substring(0, Math.min(expected.length(), warnings.length())));
        assertEquals(expected.isEmpty(), warnings.isEmpty());
    }

    private static String warnings(String expression, ZoneId zone) {
        List<ScheduleWarning> warnings = Schedules.warnings(expression, zone, "job");
        return warnings.stream()
                .map(warning -> warning.column() + ": " + warning.message())
                .collect(Collectors.joining("\n"));
    }
}
