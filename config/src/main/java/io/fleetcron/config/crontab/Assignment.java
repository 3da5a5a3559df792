package io.fleetcron.config.crontab;

import java.util.Optional;

/**
 * A line {@code NAME=value} as crond reads it (crontab(5)): blanks around the {@code =} do not count, name and value may
 * stand in single or double quotes, nothing is expanded and nothing escaped.
 */
public record Assignment(String name, String value) {

    /** Empty if the line is something else. */
    public static Optional<Assignment> read(String line) {
        String text = line.strip();
        int nameEnd = nameEnd(text);
        if (nameEnd <= 0) {
            return Optional.empty();
        }
        String rest = text.substring(nameEnd).stripLeading();
        if (!rest.startsWith("=")) {
            return Optional.empty();
        }
        String name = isQuote(text.charAt(0)) ? text.substring(1, nameEnd - 1) : text.substring(0, nameEnd);
        return value(rest.substring(1).strip()).map(value -> new Assignment(name, value));
    }

    /** The end of the name, its closing quote included; 0 if there is none. */
    private static int nameEnd(String text) {
        if (!text.isEmpty() && isQuote(text.charAt(0))) {
            int close = text.indexOf(text.charAt(0), 1);
            return close > 1 && text.indexOf('=') > close ? close + 1 : 0;
        }
        int end = 0;
        while (end < text.length() && text.charAt(end) != '=' && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static Optional<String> value(String text) {
        if (text.isEmpty() || !isQuote(text.charAt(0))) {
            return Optional.of(text);
        }
        int close = text.indexOf(text.charAt(0), 1);
        return close == text.length() - 1 && close > 0 ? Optional.of(text.substring(1, close)) : Optional.empty();
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }
}
