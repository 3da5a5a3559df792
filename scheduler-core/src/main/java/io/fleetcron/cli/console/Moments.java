package io.fleetcron.cli.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * How a table shows times: as ISO-8601 in UTC, or for somebody at a terminal in a zone of theirs, with how long ago or ahead
 * that is. Immutable.
 *
 * @param now what ages count from
 * @param zone the reader's; empty for UTC
 */
public record Moments(Instant now, Optional<ZoneId> zone) {

    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss zzz", Locale.ROOT);

    /** A time. */
    public String at(Instant time) {
        return zone.map(here -> LOCAL.format(time.atZone(here)) + " (" + relative(time) + ")")
                .orElseGet(time::toString);
    }

    /** A time, to the second. */
    public String second(Instant time) {
        return zone.isPresent() ? at(time) : Times.seconds(time);
    }

    private String relative(Instant time) {
        Duration age = Duration.between(time, now);
        String length = length(age.abs());
        return age.isNegative() ? "in " + length : length + " ago";
    }

    private static String length(Duration length) {
        if (length.toHours() >= 48) {
            return length.toDays() + " d";
        }
        return length.toMinutes() >= 120
                ? length.toHours() + " h"
                : length.toSeconds() >= 120 ? length.toMinutes() + " min" : length.toSeconds() + " s";
    }
}
