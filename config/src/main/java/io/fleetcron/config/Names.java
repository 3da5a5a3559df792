package io.fleetcron.config;

import java.util.List;
import java.util.Optional;

/** The rules for names. Each function says what is wrong with a name, or nothing. Pure. */
public final class Names {
    private static final int MAX = 63;
    private static final List<String> RESERVED = List.of("FLEETCRON_", "_fc_");

    private Names() {}

    /** Job names are file names in the shared directory: {@code [a-z0-9][a-z0-9._-]{0,62}}. */
    public static Optional<String> job(String name) {
        boolean good = fits(name) && name.chars().allMatch(c -> isLower(c) || isMark(c));
        return good ? Optional.empty() : Optional.of("use up to 63 of a-z 0-9 . _ - and start with a letter or digit");
    }

    /** Instance ids and labels are file names and words in a log line: {@code [A-Za-z0-9][A-Za-z0-9._-]{0,62}}. */
    public static Optional<String> host(String name) {
        boolean good = fits(name) && name.chars().allMatch(c -> isLower(c) || isUpper(c) || isMark(c));
        return good
                ? Optional.empty()
                : Optional.of("use up to 63 of A-Z a-z 0-9 . _ - and start with a letter or digit");
    }

    /** POSIX names of environment variables, without those that fleetcron sets itself. */
    public static Optional<String> variable(String name) {
        for (String prefix : RESERVED) {
            if (name.startsWith(prefix)) {
                return Optional.of("names that start with " + prefix + " belong to fleetcron; choose another one");
            }
        }
        boolean good = !name.isEmpty()
                && Durations.digits(name, 0) == 0
                && name.chars().allMatch(c -> isLower(c) || isUpper(c) || c == '_');
        return good ? Optional.empty() : Optional.of("use A-Z a-z 0-9 _ and do not start with a digit");
    }

    private static boolean fits(String name) {
        return !name.isEmpty() && name.length() <= MAX && !isMark(name.charAt(0));
    }

    /** A lower-case letter or a digit. */
    private static boolean isLower(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static boolean isUpper(int c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isMark(int c) {
        return c == '.' || c == '_' || c == '-';
    }
}
