package io.fleetcron.observe;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The times that a schedule will fire at. Pure functions. */
public final class Upcoming {

    /** Of {@code @reboot}, which has no times. */
    public static final String AT_BOOT = "at boot";

    /** More than a day of a job that fires every second. */
    private static final int MOST_EXCEPTED = 100_000;

    private static final Duration SHORT = Duration.ofMinutes(10);

    /** Leap days are up to eight years apart. */
    private static final Duration LONG = Duration.ofDays(8L * 9 * 366);

    private Upcoming() {}

    /**
     * A job's next scheduled time at which it is to run. None while it is disabled, nor if the next {@value #MOST_EXCEPTED}
     * are excepted.
     */
    public static Optional<Instant> next(JobDefinition job, Instant after) {
        Optional<Instant> next = job.enabled() ? job.schedule().next(after) : Optional.empty();
        for (int i = 0; i < MOST_EXCEPTED && isExcepted(job, next); i++) {
            next = next.flatMap(job.schedule()::next);
        }
        return isExcepted(job, next) ? Optional.empty() : next;
    }

    private static boolean isExcepted(JobDefinition job, Optional<Instant> fire) {
        return fire.flatMap(job::exclusion).isPresent();
    }

    /** What to say in place of a next time where there is none. */
    public static String none(JobDefinition job, String otherwise) {
        return job.enabled() && Schedules.firesAtBoot(job.schedule()) ? AT_BOOT : otherwise;
    }

    /** Where a time stands among those of a schedule, if it is not one of them. */
    public static Optional<String> notAmong(Schedule schedule, Instant time) {
        if (schedule.next(time.minusNanos(1)).filter(time::equals).isPresent()) {
            return Optional.empty();
        }
        return Optional.of("the last one before is "
                + before(schedule, time).map(Instant::toString).orElse("none") + ", the next one after is "
                + schedule.next(time).map(Instant::toString).orElse("none"));
    }

    /** The last time before that one, found in spans that grow: a job may fire each second or once a year. */
    private static Optional<Instant> before(Schedule schedule, Instant time) {
        Optional<Instant> found = Optional.empty();
        for (Duration span = SHORT; found.isEmpty() && span.compareTo(LONG) < 0; span = span.multipliedBy(8)) {
            Optional<Instant> next = schedule.next(time.minus(span));
            while (next.filter(time::isAfter).isPresent()) {
                found = next;
                next = schedule.next(next.get());
            }
        }
        return found;
    }

    /** Up to so many times later than {@code after}. */
    public static List<Instant> of(Schedule schedule, Instant after, int count) {
        List<Instant> times = new ArrayList<>();
        Optional<Instant> next = schedule.next(after);
        while (next.isPresent() && times.size() < count) {
            times.add(next.get());
            next = times.size() < count ? schedule.next(next.get()) : Optional.empty();
        }
        return times;
    }
}
