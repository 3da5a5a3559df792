package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code next} against every minute looked at one by one. Run again with {@code -Dfleetcron.seed=N}. */
class NextPropertyTest {

    private static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Pacific/Chatham",
            "Asia/Kathmandu",
            "America/Sao_Paulo",
            "Asia/Beirut",
            "Antarctica/Troll",
            "Africa/Casablanca",
            "Pacific/Apia",
            "America/Caracas",
            "Asia/Pyongyang",
            "Antarctica/Casey",
            "Europe/Dublin",
            "America/St_Johns",
            "Asia/Tehran",
            "Pacific/Kwajalein",
            "America/Scoresbysund",
            "Asia/Gaza");

    private static final Duration WINDOW = Duration.ofDays(3);

    private final long seed = Long.getLong("fleetcron.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void crondStartsTheSameJobsInTheSameMinutes() {
        RandomLines lines = new RandomLines(random);
        int compared = 0;
        for (int window = 0; window < 250; window++) {
            ZoneId zone = ZoneId.of(ZONES.get(window % ZONES.size()));
            Instant start = window % 4 == 0 ? anyMinute() : nearChange(zone);
            Instant end = start.plus(WINDOW);
            CrondMinuteByMinute.Clock clock = new CrondMinuteByMinute.Clock(zone, start, end);
            for (int i = 0; i < 40; ) {
                String line = lines.line();
                Optional<Schedule> schedule = parse(line, zone);
                if (schedule.isPresent()) {
                    String canonical = schedule.get().canonical();
                    assertEquals(schedule, Schedules.ofCanonical(canonical), canonical);
                    String what = line + " in " + zone + " after " + start + ", seed " + seed;
                    List<Instant> expected = new ArrayList<>(new CrondMinuteByMinute(line).starts(clock));
                    assertEquals(expected, until(schedule.get(), start, end), what);
                    assertNextFromAnywhere(schedule.get(), expected, start, what);
                    compared += expected.size() + 1;
                    i++;
                }
            }
        }
        System.out.println("NextPropertyTest: " + compared + " times compared, seed " + seed);
    }

    /** From any moment between two starts, next is the later one. */
    private void assertNextFromAnywhere(Schedule schedule, List<Instant> starts, Instant start, String what) {
        Instant from = start;
        for (Instant next : starts) {
            long gap = Duration.between(from, next).toNanos();
            assertEquals(Optional.of(next), schedule.next(next.minusNanos(1)), what);
            assertEquals(Optional.of(next), schedule.next(from.plusNanos(random.nextLong(gap))), what);
            from = next;
        }
    }

    private static Optional<Schedule> parse(String line, ZoneId zone) {
        try {
            return Optional.of(Schedules.parse(line, zone, "job"));
        } catch (ScheduleException dead) {
            return Optional.empty();
        }
    }

    private static List<Instant> until(Schedule schedule, Instant start, Instant end) {
        List<Instant> times = new ArrayList<>();
        Optional<Instant> time = schedule.next(start);
        while (time.isPresent() && !time.get().isAfter(end)) {
            times.add(time.get());
            time = schedule.next(time.get());
        }
        return times;
    }

    private Instant anyMinute() {
        return Instant.ofEpochSecond(60L * (365 * 1440 + random.nextInt(70 * 365 * 1440)));
    }

    private Instant nearChange(ZoneId zone) {
        Instant any = Instant.ofEpochSecond(60L * (15 * 365 * 1440 + random.nextInt(50 * 365 * 1440)));
        var change = zone.getRules().nextTransition(any);
        return change == null ? any : change.getInstant().minus(Duration.ofMinutes(random.nextInt(2 * 1440)));
    }
}
