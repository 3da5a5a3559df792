package io.fleetcron.config.schedule;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@link Schedule#canonical} writes: parts joined by {@code |}, each with its time zone, then the splay. */
final class CanonicalForm {

    private static final Pattern SPLAY = Pattern.compile("(.+) splay \\+([0-9]{1,5})s");
    private static final Pattern INTERVAL = Pattern.compile("every ([0-9]{1,10})s");

    private CanonicalForm() {}

    /** Throws one of several exceptions on any other text. */
    static Schedule parse(String text) {
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
