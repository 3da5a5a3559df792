package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake is named, pointed at, and comes with what to write instead. */
class BadExpressionTest {

    @ParameterizedTest
    @CsvSource(delimiterString = " ; ", textBlock = """
                    ''                  ; 1  ; the schedule is empty ; write five fields: minute, hour, day of month, month, day of week
                    61 * * * *          ; 1  ; "61" is not a valid minute (0-59) ; write a number in 0-59, a range, a list or *
                    0 24 * * *          ; 3  ; "24" is not a valid hour (0-23) ; write a number in 0-23, a range, a list or *
                    0 0 0 * *           ; 5  ; "0" is not a valid day of the month (1-31) ; write a number in 1-31, a range, a list or *
                    0 0 1 13 *          ; 7  ; "13" is not a valid month (1-12 or jan-dec) ; write a number or name in 1-12 or jan-dec, a range, a list or *
                    0 0 * * 8           ; 9  ; "8" is not a valid day of the week (0-7 or sun-sat) ; write a number or name in 0-7 or sun-sat, a range, a list or *
                    0 0 * * monday      ; 9  ; "monday" is not a valid day of the week (0-7 or sun-sat) ; names have three letters; write mon
                    0 0 1 january *     ; 7  ; "january" is not a valid month (1-12 or jan-dec) ; names have three letters; write jan
                    0 0 1,,3 * *        ; 7  ; a day of the month is missing (1-31) ; write a number in 1-31, a range, a list or *
                    5, * * * *          ; 3  ; a minute is missing (0-59) ; write a number in 0-59, a range, a list or *
                    -5 * * * *          ; 1  ; a minute is missing (0-59) ; write a number in 0-59, a range, a list or *
                    5- * * * *          ; 3  ; a minute is missing (0-59) ; write a number in 0-59, a range, a list or *
                    0 22-2 * * *        ; 3  ; the range "22-2" runs backwards ; ranges do not wrap; write 22-23,0-2
                    0 0 * * fri-mon     ; 9  ; the range "fri-mon" runs backwards ; ranges do not wrap; write 5-6,0-1
                    */0 * * * *         ; 3  ; "0" is not a valid step ; after / write a whole number from 1, as in */15
                    */ * * * *          ; 3  ; "" is not a valid step ; after / write a whole number from 1, as in */15
                    */5/2 * * * *       ; 3  ; "5/2" is not a valid step ; after / write a whole number from 1, as in */15
                    */99999 * * * *     ; 3  ; "99999" is not a valid step ; after / write a whole number from 1, as in */15
                    99999999999 * * * * ; 1  ; "99999999999" is not a valid minute (0-59) ; write a number in 0-59, a range, a list or *
                    ١٢ * * * *          ; 1  ; "١٢" is not a valid minute (0-59) ; write a number in 0-59, a range, a list or *
                    ? * * * *           ; 1  ; ? stands for "no particular value" and must be a whole day field ; write * for each minute
                    0 0 ?,3 * *         ; 5  ; ? stands for "no particular value" and must be a whole day field ; write * for each day of the month
                    ~ * * * *           ; 1  ; random times ("~") differ from host to host ; write H: a stable choice by the job's name
                    0~30 * * * *        ; 1  ; random times ("0~30") differ from host to host ; write H(0-30): a stable choice by the job's name
                    0 0 * * L           ; 9  ; L alone is not a valid day of the week ; write sat for Saturday, or 6L for the last Saturday of the month
                    0 0 L-31 * *        ; 5  ; "L-31" is not a valid day of the month ; write L for the last day, L-3 for three days before it (at most L-30), LW for the last weekday
                    0 0 L3 * *          ; 5  ; "L3" is not a valid day of the month ; write L for the last day, L-3 for three days before it (at most L-30), LW for the last weekday
                    0 0 L- * *          ; 5  ; "L-" is not a valid day of the month ; write L for the last day, L-3 for three days before it (at most L-30), LW for the last weekday
                    0 0 W * *           ; 5  ; "W" is not a valid day of the month (1-31) ; write a number in 1-31, a range, a list or *
                    0 0 32W * *         ; 5  ; "32" is not a valid day of the month (1-31) ; write a number in 1-31, a range, a list or *
                    0 0 * * 5#6         ; 11 ; "6" is not a valid number of a week in the month (1-5) ; write fri#2 for the second Friday, or friL for the last
                    0 0 * * #2          ; 9  ; a day of the week is missing (0-7 or sun-sat) ; write a number or name in 0-7 or sun-sat, a range, a list or *
                    0 L * * *           ; 3  ; "L" is not a valid hour (0-23) ; write a number in 0-23, a range, a list or *
                    H(0-99) * * * *     ; 5  ; "99" is not a valid minute (0-59) ; write a number in 0-59, a range, a list or *
                    H(30-10) * * * *    ; 1  ; the range in "H(30-10)" runs backwards ; write the smaller number first
                    H(0-29 * * * *      ; 1  ; "H(0-29" is not a valid minute ; write H, H/15, H(0-29) or H(0-29)/10
                    Hx * * * *          ; 1  ; "Hx" is not a valid minute ; write H, H/15, H(0-29) or H(0-29)/10
                    H(0-9)/11 * * * *   ; 1  ; the step 11 is longer than the range of H ; write H without a step
                    0 2 * *             ; 7  ; a schedule has 5 fields, or 6 with the seconds first; found 4 ; write minute, hour, day of month, month, day of week
                    0 0 12 ? * mon 2030 ; 16 ; a schedule has 5 fields, or 6 with the seconds first; found 7 ; the year field is not supported; leave the seventh out
                    0 2 * * * tar -c -f x ; 11 ; a schedule has 5 fields, or 6 with the seconds first; found 9 ; the command belongs under the job's command key, not here
                    CRON_TZ=UTC 0 2 * * * ; 1 ; a schedule holds no variables ; give the zone under the job's timezone key
                    @dayly              ; 1  ; "@dayly" is not a valid macro ; write one of @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly, @reboot
                    @daily 5            ; 8  ; "5" follows @daily ; a macro stands alone
                    @reboot now         ; 9  ; "now" follows @reboot ; a macro stands alone
                    every               ; 1  ; "every" wants one period ; write it in one word, as in every 1h30m
                    every 1 h           ; 1  ; "every" wants one period ; write it in one word, as in every 1h30m
                    every 90            ; 7  ; "90" lacks a unit ; write s, m, h or d after each number
                    every 5x            ; 8  ; "x" is not a valid unit of time ; write s, m, h or d
                    every m             ; 7  ; "m" is not a valid period ; write a number and a unit, as in 90s or 1h30m
                    every 0s            ; 7  ; a period must be a whole number of seconds, at least 1 ; write it as in 90s or 1h30m
                    every 99999999d     ; 7  ; a period of more than a hundred years ; write a shorter one
                    0 0 31 2 *          ; 1  ; this schedule never fires: no year has such a day ; check day of month, month and day of week against each other
                    0 0 30 feb *        ; 1  ; this schedule never fires: no year has such a day ; check day of month, month and day of week against each other
                    0 0 31 4,6,9,11 *   ; 1  ; this schedule never fires: no year has such a day ; check day of month, month and day of week against each other
                    0 0 L-29 2 *        ; 1  ; this schedule never fires: no year has such a day ; check day of month, month and day of week against each other
                    0 0 * 2 */6#5       ; 9  ; "*/6" is not a valid day of the week (0-7 or sun-sat) ; write a number or name in 0-7 or sun-sat, a range, a list or *
                    """)
    void saysWhatWhereAndWhatInstead(String expression, int column, String message, String hint) {
        ScheduleException e = assertThrows(ScheduleException.class, () -> parse(expression));
        assertEquals(message, e.getMessage());
        assertEquals(column, e.column(), "column");
        assertEquals(hint, e.hint());
    }

    @Test
    void aDayThatOneFieldAloneRulesOutIsNotDeadWhenTheOtherMayMatch() {
        assertEquals("2026-02-02T00:00Z", Times.next("0 0 31 2 mon", Times.UTC, "2026-01-01T00:00:00Z", 1));
        assertThrows(ScheduleException.class, () -> parse("0 0 31 2 */7"));
    }

    @Test
    void periodsAndSplaysAreChecked() {
        assertThrows(ScheduleException.class, () -> Schedules.every(Duration.ZERO));
        assertThrows(ScheduleException.class, () -> Schedules.every(Duration.ofSeconds(-5)));
        assertThrows(ScheduleException.class, () -> Schedules.every(Duration.ofMillis(1500)));
        Schedule daily = parse("@daily");
        assertThrows(ScheduleException.class, () -> Schedules.splayed(daily, Duration.ZERO, "job"));
        assertThrows(ScheduleException.class, () -> Schedules.splayed(daily, Duration.ofHours(25), "job"));
        assertThrows(IllegalArgumentException.class, () -> Schedules.any(List.of()));
    }

    /** Damaged expressions are read or refused; nothing else comes out, and the column is inside the text. */
    @Test
    void randomDamageIsReportedOrRead() {
        long seed = Long.getLong("fleetcron.seed", System.nanoTime());
        Random random = new Random(seed);
        RandomLines lines = new RandomLines(random);
        String letters = "*/,-#?~()@HLW0123456789 sunjaever=\tİıß\u0000";
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(lines.line());
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
                int at = random.nextInt(text.length());
                char letter = letters.charAt(random.nextInt(letters.length()));
                text.replace(at, at + random.nextInt(2), String.valueOf(letter));
            }
            try {
                assertFalse(parse(text.toString()).canonical().isEmpty());
            } catch (ScheduleException e) {
                refused++;
                assertTrue(e.column() >= 1 && e.column() <= text.length() + 1, () -> text + ", seed " + seed);
            }
        }
        assertTrue(refused > 10_000 && refused < 49_000, "both kinds must occur: " + refused);
    }

    private static Schedule parse(String expression) {
        return Schedules.parse(expression, Times.UTC, "job");
    }
}
