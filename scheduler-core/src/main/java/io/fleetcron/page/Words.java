package io.fleetcron.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times and lengths of time for people. Times are in UTC. Pure functions. */
final class Words {

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int TWO = 2;

    private Words() {}

    static String time(Instant time) {
        return SECONDS.format(time);
    }

    /** Hour and minute of the day. */
    static String minute(Instant time) {
        return MINUTES.format(time);
    }

    /** A length of time in one or two units; a negative one counts as none. */
    static String length(Duration length) {
        long millis = Math.max(0, length.toMillis());
        long seconds = millis / 1000;
        if (millis < 1000) {
            return millis + " ms";
        }
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return two(seconds / 60, "min", seconds % 60, "s");
        }
        return seconds < TWO * 86_400
                ? two(seconds / 3600, "h", seconds / 60 % 60, "min")
                : two(seconds / 86_400, "d", seconds / 3600 % 24, "h");
    }

    private static String two(long large, String unit, long small, String smallUnit) {
        return large + " " + unit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }

    /** A number with its noun. */
    static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
