package io.fleetcron.control;

import io.fleetcron.config.NameRules;
import java.util.Optional;

/** Names of jobs with {@code *} for any characters and {@code ?} for one. Pure functions. */
public final class Glob {

    private static final int LONGEST = 63;

    private Glob() {}

    /** Whether a text may stand for more than one name. */
    public static boolean isGlob(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    /** What is wrong with a name or glob, or nothing. */
    public static Optional<String> problem(String text) {
        if (!isGlob(text)) {
            return NameRules.job(text);
        }
        boolean good = text.length() <= LONGEST
                && text.chars()
                        .allMatch(c -> c == '*'
                                || c == '?'
                                || NameRules.job("a" + (char) c).isEmpty());
        return good ? Optional.empty() : Optional.of("use up to 63 of a-z 0-9 . _ - * ?");
    }

    /** Whether a name is one of those that are meant. Takes time in proportion to both lengths, whatever was written. */
    public static boolean matches(String glob, String name) {
        int at = 0;
        int in = 0;
        int star = -1;
        int retry = 0;
        while (in < name.length()) {
            if (at < glob.length() && glob.charAt(at) == '*') {
                star = at++;
                retry = in;
            } else if (at < glob.length() && (glob.charAt(at) == '?' || glob.charAt(at) == name.charAt(in))) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++retry;
            } else {
                return false;
            }
        }
        while (at < glob.length() && glob.charAt(at) == '*') {
            at++;
        }
        return at == glob.length();
    }
}
