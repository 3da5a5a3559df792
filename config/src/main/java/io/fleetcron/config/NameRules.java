package io.fleetcron.config;

import io.fleetcron.config.yaml.Durations;
import io.fleetcron.config.yaml.Numbers;
import java.util.List;
import java.util.Optional;

/** The rules for names. Each function says what is wrong with a name, or nothing. Pure. */
public final class NameRules {
    /** How many labels an instance has at most: each costs room in its slot of the member table. */
    public static final int MOST_LABELS = 16;

    private static final int MAX = 63;
    /** The largest but one number of 32 bits: the largest means "no change" to setresuid(2). */
    private static final long MAX_ID = 4_294_967_294L;
    /** LOGIN_NAME_MAX of Linux's limits.h, without the final NUL. */
    private static final int MAX_ACCOUNT = 255;

    private static final String NOT_IN_ACCOUNTS = ":/,";
    /** An option, a program, a file, an included list: see aliases(5). */
    private static final String NOT_BEFORE_ADDRESSES = "-|/:";

    private static final String NOT_IN_ADDRESSES = ",;<>()\"\\";
    private static final List<String> RESERVED = List.of("FLEETCRON_", "_fc_");

    private NameRules() {}

    /** Job names are file names in the shared directory: {@code [a-z0-9][a-z0-9._-]{0,62}}. */
    public static Optional<String> job(String name) {
        boolean good = fits(name) && isOf(name, false);
        return good ? Optional.empty() : Optional.of("use up to 63 of a-z 0-9 . _ - and start with a letter or digit");
    }

    /** Instance ids and labels are file names and words in a log line: {@code [A-Za-z0-9][A-Za-z0-9._-]{0,62}}. */
    public static Optional<String> host(String name) {
        boolean good = fits(name) && isOf(name, true);
        return good
                ? Optional.empty()
                : Optional.of("use up to 63 of A-Z a-z 0-9 . _ - and start with a letter or digit");
    }

    /**
     * Names of hosts, which stand in the shared directory, in tables and in the log: as {@link #host}, up to the 64
     * bytes that uname(2) can hold.
     */
    public static Optional<String> hostName(String name) {
        boolean good =
                host(name.length() == MAX + 1 ? name.substring(0, MAX) : name).isEmpty() && isOf(name, true);
        return good
                ? Optional.empty()
                : Optional.of("use up to 64 of A-Z a-z 0-9 . _ - and start with a letter or digit");
    }

    /** A pattern of host names: {@code *}, {@code ?} and the characters of names, perhaps behind {@code !}. */
    public static Optional<String> hostPattern(String pattern) {
        String name = pattern.startsWith("!") ? pattern.substring(1) : pattern;
        return hostName(name.replace('*', 'x').replace('?', 'x'))
                .map(rule ->
                        "write a host's name in which * stands for any characters and ? for one, and ! before it to"
                                + " leave out what it fits");
    }

    /** The value of a label, a word that has room in the member table: {@code [A-Za-z0-9][A-Za-z0-9._:/@+-]{0,62}}. */
    public static Optional<String> label(String value) {
        return host(value.replaceAll("[:/@+]", "-"))
                .map(rule -> "use up to 63 of A-Z a-z 0-9 . _ : / @ + - and start with a letter or digit");
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

    /** The value of a variable: what a process can be given. */
    public static Optional<String> value(String value) {
        boolean good = value.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
        return good
                ? Optional.empty()
                : Optional.of("it contains a character that no command can be given (NUL or half a surrogate pair)");
    }

    /**
     * A user or group: its number, or its name. Which names exist only a host knows, and directories have names such as
     * {@code EXAMPLE\\anna}; refused is what /etc/passwd or setuid(2) cannot hold.
     */
    public static Optional<String> account(String name) {
        if (!name.isEmpty() && Durations.digits(name, 0) == name.length()) {
            boolean good = Numbers.isWhole(name) && Long.parseLong(name) <= MAX_ID;
            return good ? Optional.empty() : Optional.of("as a number it goes from 0 to " + MAX_ID);
        }
        boolean good = !name.isEmpty()
                && name.length() <= MAX_ACCOUNT
                && name.charAt(0) != '-'
                && name.codePoints().noneMatch(c -> isBlankOrControl(c) || NOT_IN_ACCOUNTS.indexOf(c) >= 0);
        return good ? Optional.empty() : Optional.of("write a name or a number, without blanks, commas, : and /");
    }

    /** A mail address or local user as it may be handed to sendmail(8) and stand in a header. */
    public static Optional<String> address(String address) {
        if (address.isEmpty()) {
            return Optional.of("an address is missing here");
        }
        if (NOT_BEFORE_ADDRESSES.indexOf(address.charAt(0)) >= 0) {
            return Optional.of("no address begins with " + address.charAt(0) + ", which mail programs read otherwise");
        }
        boolean good = address.codePoints().noneMatch(c -> isBlankOrControl(c) || NOT_IN_ADDRESSES.indexOf(c) >= 0);
        return good
                ? Optional.empty()
                : Optional.of("write a bare address or local user, without blanks, quotes, brackets and commas");
    }

    private static boolean isBlankOrControl(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
    }

    /** A loop, not a stream: records that are read with every fire hold dozens of names. */
    private static boolean isOf(String name, boolean upper) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isLower(c) && !isMark(c) && !(upper && isUpper(c))) {
                return false;
            }
        }
        return true;
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
