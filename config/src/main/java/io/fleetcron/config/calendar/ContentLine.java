package io.fleetcron.config.calendar;

import io.fleetcron.config.yaml.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A line of an iCalendar file, the lines that continue it joined: RFC 5545, 3.1.
 *
 * @param name in upper case
 * @param parameters by name in upper case, without quotes
 * @param at where it begins
 * @param valueAt where its value does
 */
record ContentLine(String name, Map<String, String> parameters, String value, Position at, Position valueAt) {

    boolean is(String otherName) {
        return name.equals(otherName);
    }

    Optional<String> parameter(String parameter) {
        return Optional.ofNullable(parameters.get(parameter));
    }

    /** A line of the file that begins a content line, with what continues it. */
    record Unfolded(String text, int line) {}

    /** Joins lines: one that begins with a blank or a tab continues the one before it. */
    static List<Unfolded> unfold(String text) {
        List<Unfolded> lines = new ArrayList<>();
        String[] physical = text.split("\r?\n", -1);
        StringBuilder joined = new StringBuilder();
        int begin = 0;
        for (int i = 0; i < physical.length; i++) {
            if (i > 0 && (physical[i].startsWith(" ") || physical[i].startsWith("\t"))) {
                joined.append(physical[i], 1, physical[i].length());
                continue;
            }
            add(lines, joined, begin);
            joined = new StringBuilder(physical[i]);
            begin = i + 1;
        }
        add(lines, joined, begin);
        return lines;
    }

    private static void add(List<Unfolded> lines, StringBuilder joined, int begin) {
        if (!joined.toString().isBlank()) {
            lines.add(new Unfolded(joined.toString(), begin));
        }
    }

    /** Takes a line apart; empty if it is not {@code NAME;PARAMETER=value:value}. */
    static Optional<ContentLine> parse(Unfolded line) {
        String text = line.text();
        int colon = unquoted(text, ':', 0);
        if (colon <= 0) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        int nameEnd = Math.min(colon, orEnd(unquoted(text, ';', 0), colon));
        for (int at = nameEnd; at < colon; ) {
            int end = Math.min(colon, orEnd(unquoted(text, ';', at + 1), colon));
            String parameter = text.substring(at + 1, end);
            int equals = parameter.indexOf('=');
            if (equals <= 0) {
                return Optional.empty();
            }
            parameters.put(
                    parameter.substring(0, equals).toUpperCase(Locale.ROOT),
                    parameter.substring(equals + 1).replace("\"", ""));
            at = end;
        }
        return Optional.of(new ContentLine(
                text.substring(0, nameEnd).toUpperCase(Locale.ROOT),
                parameters,
                text.substring(colon + 1).strip(),
                new Position(line.line(), 1),
                new Position(line.line(), text.codePointCount(0, colon) + 2)));
    }

    private static int orEnd(int found, int end) {
        return found < 0 ? end : found;
    }

    /** The place of a character outside of quotes; negative if there is none. */
    private static int unquoted(String text, char wanted, int from) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == wanted && !quoted) {
                return i;
            }
        }
        return -1;
    }
}
