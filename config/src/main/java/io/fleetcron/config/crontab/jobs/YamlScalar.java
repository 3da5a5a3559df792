package io.fleetcron.config.crontab.jobs;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes text as a YAML scalar that reads back as the very same text, in the style that is easiest to read. */
final class YamlScalar {
    /** Plain only what no YAML rule could take for anything else. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/](?:[A-Za-z0-9/._ -]*[A-Za-z0-9/._-])?");

    private static final Set<String> WORDS = Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

    private YamlScalar() {}

    /** On one line. */
    static String of(String text) {
        if (PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))) {
            return text;
        }
        boolean marks = text.indexOf('"') >= 0 || text.indexOf('\\') >= 0;
        if (marks && text.indexOf('\'') < 0 && isPrintable(text)) {
            return "'" + text + "'";
        }
        return quoted(text);
    }

    /** As a block of lines where that can hold it; {@code indent} is that of the block. */
    static String block(String text, String indent) {
        boolean several = text.indexOf('\n') > 0 && text.indexOf('\n') < text.length() - 1;
        boolean plainStart = !text.isEmpty() && text.charAt(0) != ' ' && text.charAt(0) != '\t';
        boolean oneEnd = !text.endsWith("\n\n");
        if (!several || !plainStart || !oneEnd || !isPrintable(text.replace("\n", ""))) {
            return of(text);
        }
        StringBuilder out = new StringBuilder(text.endsWith("\n") ? "|" : "|-");
        text.lines().forEach(line -> out.append('\n').append(line.isEmpty() ? "" : indent + line));
        return out.toString();
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> append(out, c);
            }
        });
        return out.append('"').toString();
    }

    private static void append(StringBuilder out, int c) {
        if (isPrintable(c)) {
            out.appendCodePoint(c);
        } else {
            out.append(
                    c > 0xFFFF ? String.format(Locale.ROOT, "\\U%08X", c) : String.format(Locale.ROOT, "\\u%04X", c));
        }
    }

    static boolean isPrintable(String text) {
        return text.codePoints().allMatch(YamlScalar::isPrintable);
    }

    /** Visible, and allowed in YAML as it is. */
    static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    /** Text for a comment: on one line, what is invisible escaped. */
    static String comment(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\t') {
                out.append(' ');
            } else {
                append(out, c);
            }
        });
        return out.toString();
    }
}
