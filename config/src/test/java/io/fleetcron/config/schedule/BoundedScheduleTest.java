package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BoundedScheduleTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    @Test
    void bothBoundsCount() {
        Schedule hourly = Schedules.parse("0 * * * *", BERLIN, "job");
        assertEquals(
                List.of("2026-12-24T22:00:00Z", "2026-12-24T23:00:00Z", "2026-12-25T00:00:00Z"),
                times(bounded(hourly, "2026-12-24T23:00", "2026-12-25T01:00"), LONG_AGO));
        assertEquals(
                List.of("2026-12-25T00:00:00Z"),
                times(bounded(hourly, "2026-12-24T23:00", "2026-12-25T01:00"), Instant.parse("2026-12-24T23:00:00Z")));
    }

    @Test
    void withoutFromItAlwaysWas() {
        Schedule yearly = Schedules.parse("@yearly", BERLIN, "job");
        Schedule bounded = Schedules.bounded(
                yearly, Optional.empty(), Optional.of(LocalDateTime.parse("2022-06-01T00:00")), BERLIN);
        assertEquals(List.of("2020-12-31T23:00:00Z", "2021-12-31T23:00:00Z"), times(bounded, LONG_AGO));
    }

    /** What is moved beyond the last time does not fire: the scheduled time counts, not the one it was moved from. */
    @Test
    void aSplayMovesWhatTheBoundsSee() {
        Schedule daily = Schedules.splayed(Schedules.parse("@daily", BERLIN, "job"), Duration.ofHours(1), "job");
        Instant moved = daily.next(Instant.parse("2026-12-24T22:59:59Z")).orElseThrow();
        assertTrue(moved.isAfter(Instant.parse("2026-12-24T23:00:00Z")), "the splay of this name is not 0");
        assertEquals(List.of(), times(bounded(daily, "2026-12-25T00:00", "2026-12-25T00:00"), LONG_AGO));
    }

    /** At 3:00 summer time the clock goes back to 2:00: 2:30 comes twice. */
    @Test
    void aTimeThatTheClockRepeatsIsInBothTimes() {
        Schedule half = Schedules.parse("*/30 * * * *", BERLIN, "job");
        assertEquals(
                List.of("2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"),
                times(bounded(half, "2026-10-25T02:30", "2026-10-25T02:30"), LONG_AGO));
    }

    @Test
    void aBootIsBoundedAsWell() {
        Schedule boots = bounded(Schedules.parse("@reboot", BERLIN, "job"), "2026-12-24T00:00", "2026-12-25T00:00");
        assertTrue(Schedules.firesAtBoot(boots));
        Instant within = Instant.parse("2026-12-24T12:00:00Z");
        assertEquals(List.of(within.toString()), times(Schedules.onHost(boots, within), LONG_AGO));
        assertEquals(List.of(), times(Schedules.onHost(boots, Instant.parse("2026-12-26T12:00:00Z")), LONG_AGO));
    }

    @Test
    void saysItInEnglish() {
        Schedule schedule = Schedules.parse("30 2 * * *", BERLIN, "job");
        assertTrue(Explain.inEnglish(bounded(schedule, "2026-12-24T00:00", "2026-12-25T23:59:59"))
                .endsWith(" Not before 2026-12-24 00:00 (Europe/Berlin time). Not after 2026-12-25 23:59:59"
                        + " (Europe/Berlin time)."));
    }

    private static Schedule bounded(Schedule schedule, String from, String until) {
        return Schedules.bounded(
                schedule, Optional.of(LocalDateTime.parse(from)), Optional.of(LocalDateTime.parse(until)), BERLIN);
    }

    private static List<String> times(Schedule schedule, Instant after) {
        List<String> times = new ArrayList<>();
        for (Optional<Instant> next = schedule.next(after); next.isPresent(); next = schedule.next(next.get())) {
            times.add(next.get().toString());
        }
        return times;
    }
}
