package io.fleetcron.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON text by the letter of RFC 8259: no comments, no other words or quotes, nothing before or behind it but
 * white space. Of names that an object has twice, the last counts. For one text and one caller.
 */
final class JsonText {

    /** Deeper ones are refused: reading recurses. */
    private static final int DEEPEST = 255;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /** A number as it is written. */
    record Numeral(String digits) {}

    /** The words of RFC 8259, section 3. */
    enum Literal {
        TRUE("true"),
        FALSE("false"),
        NULL("null");

        private final String word;

        Literal(String word) {
            this.word = word;
        }
    }

    /** What a text that is not JSON is refused with. */
    static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedException() {
            super("not JSON", null, false, false);
        }
    }

    /**
     * The text's value: a {@code Map} of names and values for an object, a {@code List} of values for an array, a
     * {@code String}, a {@link Numeral} or a {@link Literal}.
     *
     * @throws MalformedException if the text is anything else than one value
     */
    static Object parse(String text) {
        JsonText reader = new JsonText(text);
        Object value = reader.value(DEEPEST);
        if (reader.skipBlanks() < text.length()) {
            throw new MalformedException();
        }
        return value;
    }

    /** A value as text again, without white space. */
    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, Object value) {
        if (value instanceof Map<?, ?> object) {
            String before = "{";
            for (Map.Entry<?, ?> field : object.entrySet()) {
                JsonLine.quote(out.append(before), String.valueOf(field.getKey()));
                write(out.append(':'), field.getValue());
                before = ",";
            }
            out.append(object.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> array) {
            String before = "[";
            for (Object element : array) {
                write(out.append(before), element);
                before = ",";
            }
            out.append(array.isEmpty() ? "[]" : "]");
        } else if (value instanceof String string) {
            JsonLine.quote(out, string);
        } else {
            out.append(value instanceof Numeral number ? number.digits : ((Literal) value).word);
        }
    }

    private Object value(int depth) {
        skipBlanks();
        return switch (peek()) {
            case '{' -> object(depth - 1);
            case '[' -> array(depth - 1);
            case '"' -> string();
            case 't' -> literal(Literal.TRUE);
            case 'f' -> literal(Literal.FALSE);
            case 'n' -> literal(Literal.NULL);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        requireDepth(depth);
        Map<String, Object> fields = new LinkedHashMap<>();
        at++;
        skipBlanks();
        if (take('}')) {
            return fields;
        }
        do {
            skipBlanks();
            if (peek() != '"') {
                throw new MalformedException();
            }
            String name = string();
            skipBlanks();
            require(':');
            fields.put(name, value(depth));
            skipBlanks();
        } while (take(','));
        require('}');
        return fields;
    }

    private List<Object> array(int depth) {
        requireDepth(depth);
        List<Object> elements = new ArrayList<>();
        at++;
        skipBlanks();
        if (take(']')) {
            return elements;
        }
        do {
            elements.add(value(depth));
            skipBlanks();
        } while (take(','));
        require(']');
        return elements;
    }

    private String string() {
        int from = at + 1;
        int end = from;
        while (end < text.length() && isPlain(text.charAt(end))) {
            end++;
        }
        at = end;
        return take('"') ? text.substring(from, end) : unusual(from);
    }

    private static boolean isPlain(char c) {
        return c != '"' && c != '\\' && c >= ' ' && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
    }

    /** The rest of a string that has an escape, or a character of two parts. */
    private String unusual(int from) {
        StringBuilder out = new StringBuilder().append(text, from, at);
        for (char c = next(); c != '"'; c = next()) {
            if (c < ' ') {
                throw new MalformedException();
            }
            out.append(c == '\\' ? escaped() : c);
        }
        requirePairs(out);
        return out.toString();
    }

    private char escaped() {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) (hex() << 12 | hex() << 8 | hex() << 4 | hex());
            default -> throw new MalformedException();
        };
    }

    private int hex() {
        char c = next();
        int digit = c < 128 ? Character.digit(c, 16) : -1;
        if (digit < 0) {
            throw new MalformedException();
        }
        return digit;
    }

    private static void requirePairs(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    throw new MalformedException();
                }
                i++;
            }
        }
    }

    private Numeral number() {
        int from = at;
        take('-');
        if (!take('0')) {
            requireDigits();
        }
        if (take('.')) {
            requireDigits();
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            requireDigits();
        }
        return new Numeral(text.substring(from, at));
    }

    private void requireDigits() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == from) {
            throw new MalformedException();
        }
    }

    private Literal literal(Literal literal) {
        if (!text.startsWith(literal.word, at)) {
            throw new MalformedException();
        }
        at += literal.word.length();
        return literal;
    }

    private static void requireDepth(int depth) {
        if (depth < 0) {
            throw new MalformedException();
        }
    }

    private int skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private char next() {
        char c = peek();
        at++;
        return c;
    }

    private char peek() {
        if (at == text.length()) {
            throw new MalformedException();
        }
        return text.charAt(at);
    }

    private boolean take(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void require(char wanted) {
        if (!take(wanted)) {
            throw new MalformedException();
        }
    }
}
