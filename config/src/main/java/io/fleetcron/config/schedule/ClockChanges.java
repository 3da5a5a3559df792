package io.fleetcron.config.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/** Tells when a schedule names times that a clock change of its zone skips. */
final class ClockChanges {

    /** A fixed start, to be independent of any clock; 28 years hold every pairing of date and day of the week. */
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");

    private static final Instant TO = Instant.parse("2054-01-01T00:00:00Z");

    private ClockChanges() {}

    static Optional<ScheduleWarning> warning(CronSchedule schedule, Word hour) {
        TimesOfDay times = schedule.times();
        // Whoever writes * for the hour knows that the clock decides; and fixed offsets have nothing to skip.
        if (times.hours().starred() || schedule.zone().getRules().isFixedOffset()) {
            return Optional.empty();
        }
        return firstSkipped(schedule).map(local -> new ScheduleWarning(hour.column(), text(schedule, local)));
    }

    private static String text(CronSchedule schedule, LocalDateTime skipped) {
        String time = skipped.toLocalTime() + " on " + skipped.toLocalDate();
        String what = schedule.times().wildcard()
                ? "nothing fires then, because a field begins with *"
                : "such a fire comes right after the change instead";
        return "Clock changes in " + schedule.zone().getId() + " skip times of this schedule, first " + time + ": "
                + what + ".";
    }

    private static Optional<LocalDateTime> firstSkipped(CronSchedule schedule) {
        ZoneRules rules = schedule.zone().getRules();
        ZoneOffsetTransition change = rules.nextTransition(FROM);
        while (change != null && change.getInstant().isBefore(TO)) {
            if (change.isGap() && change.getDuration().toSeconds() <= CronSchedule.LARGEST_CHANGE) {
                long match = schedule.nextLocal(change.getDateTimeBefore().toEpochSecond(ZoneOffset.UTC));
                if (match < change.getDateTimeAfter().toEpochSecond(ZoneOffset.UTC)) {
                    return Optional.of(LocalDateTime.ofEpochSecond(match, 0, ZoneOffset.UTC));
                }
            }
            change = rules.nextTransition(change.getInstant());
        }
        return Optional.empty();
    }
}
