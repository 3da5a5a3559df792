package io.fleetcron.config.calendar;

import io.fleetcron.config.schedule.WallClockPattern;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * What the fields of an expression match.
 *
 * @param written the expression
 */
record WallClockExclusion(String written, WallClockPattern pattern) implements Exclusion {

    @Override
    public Optional<String> part(ZonedDateTime time) {
        return pattern.matches(time.toLocalDateTime()) ? Optional.of(written) : Optional.empty();
    }

    @Override
    public String canonical() {
        return pattern.canonical();
    }
}
