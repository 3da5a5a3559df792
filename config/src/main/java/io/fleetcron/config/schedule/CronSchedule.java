package io.fleetcron.config.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression in a time zone.
 *
 * <p>The time line is walked in stretches of constant UTC offset. Inside a stretch the wall clock runs evenly, so the
 * next match is found field by field; what happens between two stretches is crond's daylight-saving rule (cron(8),
 * "Daylight Saving Time and other time changes"), which is about changes of up to three hours:
 *
 * <ul>
 *   <li>a fixed-time schedule whose time was skipped fires once, at the instant of the change, and does not fire again
 *       while the clock repeats what it has shown before;
 *   <li>a schedule whose minute or hour begins with {@code *} follows what the clock really shows.
 * </ul>
 *
 * Larger changes (a zone that moves across the date line) are corrections: the new time simply holds.
 */
record CronSchedule(TimesOfDay times, Days days, ZoneId zone) implements Schedule {

    /** Nothing fires later than 9999-12-31T23:59:59Z, the last instant with a four-digit year. */
    private static final long END = 253_402_300_799L;

    private static final long SECONDS_PER_DAY = 86_400;
    static final long LARGEST_CHANGE = 3 * 3600;
    /** No wall clock is further from UTC. */
    private static final long LARGEST_OFFSET = 18 * 3600;

    @Override
    public Optional<Instant> next(Instant after) {
        ZoneRules rules = zone.getRules();
        long from = Math.min(END, Math.max(-1, after.getEpochSecond())) + 1;
        // A change exactly at the first second asked for is part of the question, so start just before it.
        Stretch stretch = Stretch.at(rules, from - 1);
        while (from <= END) {
            long firstLocal = times.wildcard() ? stretch.local(from) : stretch.firstUnseenLocal(rules, from);
            long match = nextLocal(firstLocal);
            if (match == Long.MAX_VALUE) {
                return Optional.empty();
            }
            if (match < stretch.localEnd()) {
                return fire(stretch.instant(match));
            }
            if (!times.wildcard() && stretch.endSkips(match)) {
                return fire(stretch.end());
            }
            from = skipMatchless(from, stretch.end(), match);
            stretch = Stretch.at(rules, Math.min(from, END));
        }
        return Optional.empty();
    }

    private static Optional<Instant> fire(long epochSecond) {
        return epochSecond > END ? Optional.empty() : Optional.of(Instant.ofEpochSecond(epochSecond));
    }

    /**
     * Where to go on when the first match is not in this stretch. More than two largest offsets after {@code from} the
     * wall clock cannot be back before it, and a largest offset before the match it cannot have reached it: the
     * stretches between hold nothing.
     */
    private static long skipMatchless(long from, long end, long match) {
        return end >= from + 2 * LARGEST_OFFSET ? Math.max(end, match - LARGEST_OFFSET) : end;
    }

    /** The first matching wall-clock second that is at least {@code local}; both count as if the zone were UTC. */
    long nextLocal(long local) {
        long day = Math.floorDiv(local, SECONDS_PER_DAY);
        long matchingDay = days.next(day);
        if (matchingDay == day) {
            int second = times.next((int) Math.floorMod(local, SECONDS_PER_DAY));
            if (second >= 0) {
                return day * SECONDS_PER_DAY + second;
            }
            matchingDay = days.next(day + 1);
        }
        return matchingDay == Long.MAX_VALUE ? matchingDay : matchingDay * SECONDS_PER_DAY + times.next(0);
    }

    /** Whether some day matches at all. */
    boolean isAlive() {
        return days.next(0) != Long.MAX_VALUE;
    }

    @Override
    public String canonical() {
        return times.canonical() + " " + days.canonical() + " " + zone.getId();
    }

    /** The time from some instant to the zone's next change of offset; all numbers are seconds. */
    private record Stretch(ZoneOffset offset, @Nullable ZoneOffsetTransition next) {

        static Stretch at(ZoneRules rules, long epochSecond) {
            Instant instant = Instant.ofEpochSecond(epochSecond);
            return new Stretch(rules.getOffset(instant), rules.nextTransition(instant));
        }

        long local(long epochSecond) {
            return epochSecond + offset.getTotalSeconds();
        }

        long instant(long local) {
            return local - offset.getTotalSeconds();
        }

        long end() {
            return next == null ? Long.MAX_VALUE : next.toEpochSecond();
        }

        long localEnd() {
            return next == null ? Long.MAX_VALUE : local(end());
        }

        /** The wall clock at {@code epochSecond} or, if it is just repeating itself, where it will be new again. */
        long firstUnseenLocal(ZoneRules rules, long epochSecond) {
            ZoneOffsetTransition change = rules.getTransition(LocalDateTime.ofEpochSecond(epochSecond, 0, offset));
            boolean repeating = change != null
                    && change.isOverlap()
                    && change.toEpochSecond() <= epochSecond
                    && size(change) <= LARGEST_CHANGE;
            return repeating ? change.getDateTimeBefore().toEpochSecond(ZoneOffset.UTC) : local(epochSecond);
        }

        /** Whether the change at the end of this stretch jumps over {@code local}, which is not before the end. */
        boolean endSkips(long local) {
            return next != null
                    && next.isGap()
                    && size(next) <= LARGEST_CHANGE
                    && local < next.getDateTimeAfter().toEpochSecond(ZoneOffset.UTC);
        }

        private static long size(ZoneOffsetTransition change) {
            return Math.abs(change.getDuration().toSeconds());
        }
    }
}
