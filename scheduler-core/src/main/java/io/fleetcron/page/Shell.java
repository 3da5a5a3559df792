package io.fleetcron.page;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Commands that people copy from the page to a shell. Pure functions. */
final class Shell {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private Shell() {}

    /** The words as a shell reads them back, whatever they hold. */
    static String line(List<String> words) {
        return words.stream().map(Shell::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
