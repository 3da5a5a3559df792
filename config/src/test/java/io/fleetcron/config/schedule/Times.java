package io.fleetcron.config.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Short forms for tests. */
final class Times {

    static final ZoneId UTC = ZoneId.of("UTC");

    private Times() {}

    /** The next {@code count} times, in the zone's local form with offset, blanks between. */
    static String next(String expression, ZoneId zone, String after, int count) {
        Schedule schedule = Schedules.parse(expression, zone, "job");
        List<String> times = new ArrayList<>();
        for (Instant time : list(schedule, Instant.parse(after), count)) {
            times.add(time.atZone(zone).toOffsetDateTime().toString());
        }
        return String.join(" ", times);
    }

    static List<Instant> list(Schedule schedule, Instant after, int count) {
        List<Instant> times = new ArrayList<>();
        Optional<Instant> time = schedule.next(after);
        while (time.isPresent() && times.size() < count) {
            times.add(time.get());
            time = schedule.next(time.get());
        }
        return times;
    }
}
