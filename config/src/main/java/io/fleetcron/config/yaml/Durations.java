package io.fleetcron.config.yaml;

import java.time.Duration;
import java.util.Optional;

/** Lengths of time as people write them: {@code 90s}, {@code 1h30m}, {@code 500ms}, {@code 2d}. */
public final class Durations {
    static final String EXAMPLES = "write it like 90s, 1h30m, 500ms or 2d";

    private static final String[] UNITS = {"d", "h", "m", "s", "ms"};
    private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1000, 1};
    private static final int MAX_DIGITS = 9;

    private Durations() {}

    /** Reads numbers each with its unit, larger units first; a day is 24 hours. Empty if the text is none. */
    public static Optional<Duration> parse(String text) {
        long millis = 0;
        int at = 0;
        int unit = -1;
        while (at < text.length()) {
            int digits = digits(text, at);
            int word = at + digits;
            int end = word + letters(text, word);
            int found = unit(text.substring(word, end));
            if (digits == 0 || digits > MAX_DIGITS || found <= unit) {
                return Optional.empty();
            }
            millis += Long.parseLong(text.substring(at, word)) * MILLIS[found];
            unit = found;
            at = end;
        }
        return unit < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    /** The same notation, for messages. */
    public static String format(Duration duration) {
        StringBuilder out = new StringBuilder();
        long rest = duration.toMillis();
        for (int i = 0; i < UNITS.length; i++) {
            if (rest >= MILLIS[i]) {
                out.append(rest / MILLIS[i]).append(UNITS[i]);
                rest %= MILLIS[i];
            }
        }
        return out.isEmpty() ? "0s" : out.toString();
    }

    private static int unit(String word) {
        for (int i = 0; i < UNITS.length; i++) {
            if (UNITS[i].equals(word)) {
                return i;
            }
        }
        return -1;
    }

    public static int digits(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end - from;
    }

    private static int letters(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= 'a' && text.charAt(end) <= 'z') {
            end++;
        }
        return end - from;
    }
}
