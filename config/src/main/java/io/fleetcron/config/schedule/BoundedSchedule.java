package io.fleetcron.config.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * Another schedule without its times before one wall-clock time and after another. Of a wall-clock time that is shown
 * twice, {@code from} is the first one and {@code until} the second.
 *
 * @param from the first time that counts
 * @param until the last one
 */
record BoundedSchedule(Schedule base, Optional<LocalDateTime> from, Optional<LocalDateTime> until, ZoneId zone)
        implements Schedule {

    @Override
    public Optional<Instant> next(Instant after) {
        Instant earliest = from.map(time -> time.atZone(zone).toInstant().minusSeconds(1))
                .filter(before -> before.isAfter(after))
                .orElse(after);
        return base.next(earliest).filter(this::isInTime);
    }

    private boolean isInTime(Instant time) {
        return until.map(last -> last.atZone(zone))
                .map(ZonedDateTime::withLaterOffsetAtOverlap)
                .filter(last -> time.isAfter(last.toInstant()))
                .isEmpty();
    }

    @Override
    public String canonical() {
        return base.canonical()
                + from.map(time -> " from " + time).orElse("")
                + until.map(time -> " until " + time).orElse("")
                + " in " + zone.getId();
    }
}
