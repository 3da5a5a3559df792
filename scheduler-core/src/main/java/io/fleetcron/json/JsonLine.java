package io.fleetcron.json;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Writes objects of JSON as one line, their fields in the order of the calls: without a tree in between, for a ledger is
 * written twice for each fire. For one line and one caller; closing what was opened is the caller's.
 */
public final class JsonLine {

    private final StringBuilder out = new StringBuilder(512);

    /** Begins an object: the whole line, or an element of a list. */
    public JsonLine open() {
        separate();
        out.append('{');
        return this;
    }

    /** Begins an object that is a field. */
    public JsonLine open(String name) {
        name(name);
        out.append('{');
        return this;
    }

    /** Ends the object that was begun last. */
    public JsonLine close() {
        out.append('}');
        return this;
    }

    /** Begins a list that is a field. */
    public JsonLine openList(String name) {
        name(name);
        out.append('[');
        return this;
    }

    /** Ends the list that was begun last. */
    public JsonLine closeList() {
        out.append(']');
        return this;
    }

    /** A whole number. */
    public JsonLine put(String name, long number) {
        name(name);
        out.append(number);
        return this;
    }

    /** A text of any content. */
    public JsonLine put(String name, String text) {
        name(name);
        quote(out, text);
        return this;
    }

    /** A list of texts of any content. */
    public JsonLine put(String name, List<String> texts) {
        openList(name);
        for (String text : texts) {
            separate();
            quote(out, text);
        }
        return closeList();
    }

    /** A time, see {@link TimeText}. */
    public JsonLine put(String name, Instant time) {
        name(name);
        out.append('"').append(TimeText.of(time)).append('"');
        return this;
    }

    /**
     * A value of any type.
     *
     * @param json as {@link StrictJson#others} returns it
     */
    public JsonLine putJson(String name, String json) {
        name(name);
        out.append(json);
        return this;
    }

    private void name(String name) {
        separate();
        quote(out, name);
        out.append(':');
    }

    private void separate() {
        if (!out.isEmpty()) {
            char last = out.charAt(out.length() - 1);
            if (last != '{' && last != '[') {
                out.append(',');
            }
        }
    }

    /** Appends a text as a JSON string. Line ends as Unicode knows them are escaped, too. */
    static void quote(StringBuilder out, String text) {
        out.append('"');
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c == '\u2028' || c == '\u2029') {
                out.append(text, plain, i).append(escape(c));
                plain = i + 1;
            }
        }
        out.append(text, plain, text.length()).append('"');
    }

    private static String escape(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(Locale.ROOT, "\\u%04x", (int) c);
        };
    }

    /** The line so far, without a line end. */
    @Override
    public String toString() {
        return out.toString();
    }
}
