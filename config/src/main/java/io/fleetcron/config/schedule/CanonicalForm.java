package io.fleetcron.config.schedule;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@link Schedule#canonical} writes: parts joined by {@code |}, each with its time zone, then the splay, then the
 * bounds.
 */
final class CanonicalForm {

    private static final Pattern BOUNDS =
            Pattern.compile("(.+?)(?: from ([0-9T:-]+))?(?: until ([0-9T:-]+))? in ([A-Za-z0-9_+/-]+)");
    private static final Pattern SPLAY = Pattern.compile("(.+) splay \\+([0-9]{1,5})s");
    private static final Pattern INTERVAL = Pattern.compile("every ([0-9]{1,10})s");

    private CanonicalForm() {}

    /** Throws one of several exceptions on any other text. */
    static Schedule parse(String text) {
        Matcher bounds = BOUNDS.matcher(text);
        return bounds.matches()
                ? Schedules.bounded(
                        splayed(bounds.group(1)),
                        Optional.ofNullable(bounds.group(2)).map(LocalDateTime::parse),
                        Optional.ofNullable(bounds.group(3)).map(LocalDateTime::parse),
                        ZoneId.of(bounds.group(4)))
                : splayed(text);
    }

    private static Schedule splayed(String text) {
        Matcher splayed = SPLAY.matcher(text);
        return splayed.matches()
                ? new SplayedSchedule(parts(splayed.group(1)), Integer.parseInt(splayed.group(2)))
                : parts(text);
    }

    private static Schedule parts(String text) {
        return Schedules.any(Arrays.stream(text.split(Pattern.quote(" | "), -1))
                .map(CanonicalForm::part)
                .toList());
    }

    private static Schedule part(String text) {
        Matcher interval = INTERVAL.matcher(text);
        if (interval.matches()) {
            return Schedules.every(Duration.ofSeconds(Long.parseLong(interval.group(1))));
        }
        if (text.equals("@reboot")) {
            return Schedules.parse(text, ZoneOffset.UTC, "");
        }
        int zone = text.lastIndexOf(' ');
        if (zone < 0) {
            throw new IllegalArgumentException(text);
        }
        return Schedules.parse(text.substring(0, zone), ZoneId.of(text.substring(zone + 1)), "");
    }
}
