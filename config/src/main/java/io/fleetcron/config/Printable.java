package io.fleetcron.config;

import java.util.Locale;

/**
 * Makes text of others fit for a terminal or a log: it must neither steer a terminal nor look like another line. Pure.
 */
public final class Printable {

    private Printable() {}

    /** One line: each control character, tabs and line ends too, becomes {@code \\uHHHH}. */
    public static String line(String text) {
        int i = 0;
        while (i < text.length() && !controls(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        out.append(text, 0, i);
        for (; i < text.length(); i++) {
            append(out, text.charAt(i));
        }
        return out.toString();
    }

    /** Appends one character as {@link #line} has it. {@code \\uHHHH} also is what JSON knows it by. */
    public static void append(StringBuilder out, char c) {
        if (controls(c)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
            out.append(c);
        }
    }

    /**
     * Controls of C0 and C1 and DEL (ECMA-48), line and paragraph ends, and what turns the direction of writing (Unicode
     * Standard Annex 9).
     */
    public static boolean controls(char c) {
        return Character.isISOControl(c)
                || c == '\u2028'
                || c == '\u2029'
                || (c >= '\u202a' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069');
    }
}
