package io.fleetcron.config.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/** Tells when a schedule names times that a clock change of its zone skips. */
final class DaylightSavingLint {

    /** A fixed start, to be independent of any clock; 28 years hold every pairing of date and day of the week. */
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");

    private static final Instant TO = Instant.parse("2054-01-01T00:00:00Z");

    /** A zone's gaps keep to one time of day; a schedule that misses so many misses all, and costs no more than these. */
    private static final int TELLING_GAPS = 4;

    private DaylightSavingLint() {}

    static Optional<ScheduleWarning> warning(CronSchedule schedule, Token hour) {
        TimesOfDay times = schedule.times();
        // Whoever writes * for the hour knows that the clock decides; and fixed offsets have nothing to skip.
        if (times.hours().starred() || schedule.zone().getRules().isFixedOffset()) {
            return Optional.empty();
        }
        String group = schedule.zone().getId() + (times.wildcard() ? " skips" : " moves");
        return firstSkipped(schedule).map(local -> new ScheduleWarning(hour.column(), text(schedule, local), group));
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
        int gaps = 0;
        boolean matchingTime = false;
        while (change != null && change.getInstant().isBefore(TO)) {
            if (change.isGap() && change.getDuration().toSeconds() <= CronSchedule.LARGEST_CHANGE) {
                gaps++;
                matchingTime |= skipsTimeOfDay(change, schedule.times());
                Optional<LocalDateTime> skipped = matchingTime ? skipped(change, schedule) : Optional.empty();
                if (skipped.isPresent() || (gaps == TELLING_GAPS && !matchingTime)) {
                    return skipped;
                }
            }
            change = rules.nextTransition(change.getInstant());
        }
        return Optional.empty();
    }

    /** No zone's gap of these years crosses midnight. */
    private static boolean skipsTimeOfDay(ZoneOffsetTransition gap, TimesOfDay times) {
        int start = gap.getDateTimeBefore().toLocalTime().toSecondOfDay();
        int end = start + (int) gap.getDuration().toSeconds();
        int time = times.next(start);
        return time >= 0 && time < end;
    }

    private static Optional<LocalDateTime> skipped(ZoneOffsetTransition gap, CronSchedule schedule) {
        long match = schedule.nextLocal(gap.getDateTimeBefore().toEpochSecond(ZoneOffset.UTC));
        return match < gap.getDateTimeAfter().toEpochSecond(ZoneOffset.UTC)
                ? Optional.of(LocalDateTime.ofEpochSecond(match, 0, ZoneOffset.UTC))
                : Optional.empty();
    }
}
