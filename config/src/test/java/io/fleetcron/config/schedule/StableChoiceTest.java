package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code H} and {@code splay}: fixed by the job's name; unions. */
class StableChoiceTest {

    private static final Instant AFTER = Instant.parse("2026-01-01T00:00:00Z");

    /** These values are a promise: a version that changes them moves every job of every user. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    nightly-report ; H H * * *        ; 0 14 3 * * *
                    """)
    void valuesNeverChange(String job, String expression, String expected) {
        assertEquals(expected + " UTC", canonical(expression, job));
    }

    /** As above: all hosts of a fleet must come to them, also while it is being upgraded. */
    @ParameterizedTest
    @CsvSource({"nightly-report, 5m, 141", "nightly-report, 1h, 741", "backup, 5m, 218", "backup, 24h, 25118"})
    void sharesOfASplayNeverChange(String job, String splay, int seconds) {
        Duration most = Duration.parse("PT" + splay.toUpperCase(Locale.ROOT));
        Schedule splayed = Schedules.splayed(Schedules.parse("@daily", Times.UTC, job), most, job);

        assertEquals("0 0 0 * * * UTC splay +" + seconds + "s", splayed.canonical());
    }

    @Test
    void valuesStayInTheirRangesAndSpread() {
        Set<String> minutes = new HashSet<>();
        Set<String> offsets = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            String[] f = canonical("H H(1-4) H H H", "job-" + i).split(" ");
            minutes.add(f[1]);
            assertTrue(Integer.parseInt(f[2]) >= 1 && Integer.parseInt(f[2]) <= 4, f[2]);
            assertTrue(Integer.parseInt(f[3]) >= 1 && Integer.parseInt(f[3]) <= 28, f[3]);
            offsets.add(canonical("H/15 * * * *", "job-" + i).split(" ")[1]);
        }
        assertEquals(60, minutes.size());
        assertEquals(15, offsets.size());
    }

    @Test
    void fieldsOfOneJobAreIndependent() {
        Set<String> pairs = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            String[] f = canonical("H(0-9) H(0-9) * * *", "job-" + i).split(" ");
            pairs.add(f[1] + ":" + f[2]);
        }
        assertEquals(100, pairs.size());
    }

    @Test
    void splayMovesEveryTimeByTheSameShareForAJob() {
        Schedule daily = Schedules.parse("@daily", Times.UTC, "a");
        Set<Duration> shares = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            Schedule splayed = Schedules.splayed(daily, Duration.ofMinutes(5), "job-" + i);
            List<Instant> times = Times.list(splayed, AFTER.minusSeconds(1), 3);
            Duration share = Duration.between(AFTER, times.get(0));
            assertFalse(share.isNegative() || share.compareTo(Duration.ofMinutes(5)) >= 0, share.toString());
            assertEquals(AFTER.plus(share).plus(Duration.ofDays(2)), times.get(2));
            shares.add(share);
        }
        assertTrue(shares.size() > 290, "of 300 possible seconds: " + shares.size());
    }

    @Test
    void splayAcrossItsOwnTimeLosesNothing() {
        Schedule splayed = new SplayedSchedule(Schedules.every(Duration.ofSeconds(10)), 25);
        assertEquals(
                List.of(AFTER.plusSeconds(5), AFTER.plusSeconds(15), AFTER.plusSeconds(25)),
                Times.list(splayed, AFTER, 3));
    }

    @Test
    void unionsMergeEqualTimesAndForgetTheirOrder() {
        Schedule six = Schedules.parse("0 6 * * *", Times.UTC, "a");
        Schedule often = Schedules.parse("0 */6 * * *", Times.UTC, "a");
        Schedule union = Schedules.any(List.of(six, often));
        assertEquals(Times.list(often, AFTER, 8), Times.list(union, AFTER, 8));
        assertEquals(Schedules.any(List.of(often, six, six)).canonical(), union.canonical());
        assertEquals(six, Schedules.any(List.of(six)));
    }

    @Test
    void rebootIsKnownAlsoInsideOthers() {
        Schedule reboot = Schedules.parse("@reboot", Times.UTC, "a");
        Schedule daily = Schedules.parse("@daily", Times.UTC, "a");
        Schedule both = Schedules.splayed(Schedules.any(List.of(daily, reboot)), Duration.ofMinutes(1), "a");
        assertTrue(Schedules.firesAtBoot(reboot));
        assertTrue(Schedules.firesAtBoot(both));
        assertFalse(Schedules.firesAtBoot(daily));
        assertTrue(reboot.next(AFTER).isEmpty());
        assertTrue(both.next(AFTER).isPresent());
    }

    private static String canonical(String expression, String job) {
        return Schedules.parse(expression, Times.UTC, job).canonical();
    }
}
