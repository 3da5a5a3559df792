package io.fleetcron.config.schedule;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * The only way to make schedules. Every method is pure: the same arguments give schedules with the same times on every
 * host, whatever its clock, zone and locale. {@code packaging/docs/SCHEDULES.md} is the reference of the language.
 */
public final class Schedules {

    private Schedules() {}

    /**
     * Reads an expression: five fields as in crontab(5), six with the seconds first, a macro such as {@code @daily}, or
     * {@code every 90s}.
     *
     * @param zone in which the wall-clock times are read
     * @param jobName decides the values of {@code H}
     * @throws ScheduleException if it cannot be read or can never fire
     */
    public static Schedule parse(String expression, ZoneId zone, String jobName) {
        return new ExpressionParser(zone, jobName).parse(expression);
    }

    /**
     * Reads a {@linkplain Schedule#canonical canonical form} back, its time zone included.
     *
     * @return empty for text that is not the canonical form of a schedule
     */
    public static Optional<Schedule> ofCanonical(String text) {
        try {
            Schedule schedule = CanonicalForm.parse(text);
            return schedule.canonical().equals(text) ? Optional.of(schedule) : Optional.empty();
        } catch (ScheduleException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * What is allowed in an expression and seldom meant: {@code * 2 * * *}, uneven steps, both day fields, days that
     * short months lack, times that a clock change of the zone skips.
     *
     * @throws ScheduleException as {@link #parse} does
     */
    public static List<ScheduleWarning> warnings(String expression, ZoneId zone, String jobName) {
        return ScheduleLint.in(expression, parse(expression, zone, jobName));
    }

    /**
     * Fires at every multiple of {@code period} since 1970-01-01T00:00Z.
     *
     * @throws ScheduleException if the period is not a whole number of seconds from 1 second to 100 years
     */
    public static Schedule every(Duration period) {
        return new IntervalSchedule(Intervals.seconds(period, 1));
    }

    /**
     * Fires at each time of each part; times that coincide are one.
     *
     * @throws IllegalArgumentException if the list is empty
     */
    public static Schedule any(List<Schedule> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a schedule needs at least one part");
        }
        return parts.size() == 1 ? parts.get(0) : new UnionSchedule(parts);
    }

    /**
     * Moves every time of a schedule later by a number of seconds from 0 to {@code splay} (exclusive) that depends on
     * the job's name alone, so that jobs of one schedule spread while all hosts agree.
     *
     * @throws ScheduleException if the splay is not a whole number of seconds from 1 second to a day
     */
    public static Schedule splayed(Schedule schedule, Duration splay, String jobName) {
        long seconds = Intervals.seconds(splay, 1);
        if (seconds > 86_400) {
            throw new ScheduleException(1, "a splay of more than a day", "write at most 24h");
        }
        return new SplayedSchedule(schedule, StableHash.of(jobName, "splay", (int) seconds));
    }

    /**
     * Leaves out the times before {@code from} and after {@code until}, both as the clocks of a zone show them. Neither
     * given, it is the same schedule.
     */
    public static Schedule bounded(
            Schedule schedule, Optional<LocalDateTime> from, Optional<LocalDateTime> until, ZoneId zone) {
        return from.isEmpty() && until.isEmpty() ? schedule : new BoundedSchedule(schedule, from, until, zone);
    }

    /** Whether the schedule, or a part of it, is {@code @reboot}: to be fired once per boot of a host. */
    public static boolean firesAtBoot(Schedule schedule) {
        if (schedule instanceof UnionSchedule union) {
            return union.parts().stream().anyMatch(Schedules::firesAtBoot);
        }
        if (schedule instanceof SplayedSchedule splayed) {
            return firesAtBoot(splayed.base());
        }
        if (schedule instanceof BoundedSchedule bounded) {
            return firesAtBoot(bounded.base());
        }
        return schedule instanceof RebootSchedule;
    }

    /**
     * The same schedule on a host whose present boot stands for that instant: if it {@link #firesAtBoot}, it fires then
     * as well. A splay does not move a boot.
     */
    public static Schedule onHost(Schedule schedule, Instant boot) {
        if (schedule instanceof BoundedSchedule bounded) {
            return new BoundedSchedule(onHost(bounded.base(), boot), bounded.from(), bounded.until(), bounded.zone());
        }
        return firesAtBoot(schedule) ? any(List.of(schedule, new RebootSchedule(Optional.of(boot)))) : schedule;
    }
}
