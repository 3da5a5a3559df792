package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for each schedule: pure, strictly later, total, bounded, and equal when the canonical forms are. */
class PurityTest {

    private static final List<String> EXPRESSIONS = List.of(
            "* * * * *",
            "30 2 * * *",
            "0 0 29 2 *",
            "0 0 29 2 */7",
            "0 0 L * *",
            "0 0 31W * *",
            "0 0 * * friL",
            "0 0 13 * fri",
            "H H(1-4) * * *",
            "H/15 * * * *",
            "*/7 * * * * *",
            "@weekly",
            "every 7m");

    private final long seed = Long.getLong("fleetcron.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void nextIsStrictlyLaterAndRepeatableInAllYearsAndZones() {
        for (String zone : ZoneId.getAvailableZoneIds().stream().sorted().toList()) {
            for (String expression : EXPRESSIONS) {
                Schedule schedule = Schedules.parse(expression, ZoneId.of(zone), "job");
                Instant after = Instant.ofEpochSecond(random.nextLong(253_402_300_800L), random.nextInt(2));
                Optional<Instant> next = schedule.next(after);
                String what = expression + " in " + zone + " after " + after + ", seed " + seed;
                assertTrue(next.map(n -> n.isAfter(after)).orElse(after.getEpochSecond() > 251_000_000_000L), what);
                assertEquals(next, schedule.next(after), what);
                next.ifPresent(n -> assertEquals(next, schedule.next(n.minusSeconds(1)), what));
                next.ifPresent(n -> assertEquals(next, schedule.next(n.minusNanos(1)), what));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"* * * * *", "0 0 29 2 *", "@yearly", "every 1s", "@reboot"})
    void theEndsOfTimeAreNoTrouble(String expression) {
        Schedule schedule = Schedules.parse(expression, ZoneId.of("Pacific/Chatham"), "job");
        assertEquals(Optional.empty(), schedule.next(Instant.MAX));
        assertEquals(Optional.empty(), schedule.next(Instant.parse("9999-12-31T23:59:59Z")));
        assertEquals(schedule.next(Instant.EPOCH.minusNanos(1)), schedule.next(Instant.MIN));
    }

    @Test
    void hostsWithOtherDefaultsAgree() {
        TimeZone zone = TimeZone.getDefault();
        Locale locale = Locale.getDefault();
        String expected = timesOfAll();
        try {
            for (String other : List.of("UTC", "America/New_York", "Asia/Kolkata")) {
                TimeZone.setDefault(TimeZone.getTimeZone(other));
                Locale.setDefault(Locale.forLanguageTag(other.equals("UTC") ? "en-US" : "ar-EG-u-nu-arab"));
                assertEquals(expected, timesOfAll(), other);
            }
        } finally {
            TimeZone.setDefault(zone);
            Locale.setDefault(locale);
        }
    }

    private static String timesOfAll() {
        StringBuilder text = new StringBuilder();
        for (String expression : EXPRESSIONS) {
            Schedule schedule = Schedules.parse(expression, ZoneId.of("Europe/Berlin"), "nightly-report");
            text.append(schedule.canonical()).append(Explain.inEnglish(schedule));
            text.append(Schedules.warnings(expression, ZoneId.of("Europe/Berlin"), "nightly-report"));
            text.append(Times.list(schedule, Instant.parse("2026-01-01T00:00:00Z"), 5));
        }
        return text.toString();
    }

    /** The rarest schedule there is: 29 February on a Sunday, up to forty years away. A walk by minutes takes minutes. */
    @Test
    void rareTimesAreFoundAtOnce() {
        Schedule schedule = Schedules.parse("0 0 29 2 */7", ZoneId.of("America/New_York"), "job");
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int i = 0; i < 5_000; i++) {
                schedule.next(Instant.ofEpochSecond(random.nextLong(4_000_000_000L)));
            }
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    30 2 * * *          ; 0 30 2 * * * UTC
                    0 30 2 ? * ?        ; 0 30 2 * * * UTC
                    @daily              ; 0 0 0 * * * UTC
                    0-59 * * * *        ; 0 0-59 * * * * UTC
                    */1,5 * * * *       ; 0 * * * * * UTC
                    5,1-3,2 0 * JAN,2 * ; 0 1-3,5 0 * 1-2 * UTC
                    */20,5 0 * * *      ; 0 */20,5 0 * * * UTC
                    0 0 * * sun,7,mon   ; 0 0 0 * * 0-1 UTC
                    0 0 LW,L-3,15W,1,L-2W * * ; 0 0 0 1,15W,L-3,LW,L-2W * * UTC
                    0 0 * * friL,1#2,3  ; 0 0 0 * * 3,5L,1#2 UTC
                    every 90s           ; every 90s
                    @every 1m30s        ; every 90s
                    @reboot             ; @reboot
                    """)
    void canonicalForms(String expression, String expected) {
        assertEquals(expected, canonical(expression));
    }

    @Test
    void theCanonicalFormReadsBackAsTheSameSchedule() {
        RandomLines lines = new RandomLines(random);
        for (int i = 0; i < 5_000; i++) {
            String line = lines.line();
            String canonical;
            try {
                canonical = canonical(line);
            } catch (ScheduleException dead) {
                continue;
            }
            String fields = canonical.substring(0, canonical.lastIndexOf(' '));
            assertEquals(
                    Schedules.parse(line, Times.UTC, "job"),
                    Schedules.parse(fields, Times.UTC, "job"),
                    () -> line + ", seed " + seed);
        }
    }

    @Test
    void zonesAndDaylightSavingMattersToTheCanonicalForm() {
        assertNotEquals(
                Schedules.parse("@daily", ZoneId.of("Europe/Berlin"), "job").canonical(), canonical("@daily"));
        assertNotEquals(canonical("0 * * * *"), canonical("0 0-23 * * *"));
    }

    private static String canonical(String expression) {
        return Schedules.parse(expression, Times.UTC, "job").canonical();
    }
}
