package io.fleetcron.page;

import io.fleetcron.config.Printable;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML that is well-formed XML too: every element is closed, every text and every value is escaped. One caller at a
 * time.
 */
final class Html {

    private static final char REPLACEMENT = '\uFFFD';

    private final StringBuilder out;
    private final Deque<String> open = new ArrayDeque<>();

    /** @param length about how many characters it will have: a longer one is copied again and again while it grows */
    Html(int length) {
        out = new StringBuilder(length);
    }

    /**
     * Begins an element.
     *
     * @param attributes names, each followed by its value
     */
    Html open(String tag, String... attributes) {
        start(tag, attributes);
        out.append('>');
        open.push(tag);
        return this;
    }

    /** Ends the innermost element. */
    Html close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** Ends the innermost element, and the line. */
    Html closeLine() {
        close();
        out.append('\n');
        return this;
    }

    /** An element that never has content. */
    Html empty(String tag, String... attributes) {
        start(tag, attributes);
        out.append("/>\n");
        return this;
    }

    /** An element with text. */
    Html element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** Text, whoever wrote it. */
    Html text(String text) {
        escape(text);
        return this;
    }

    /** What this program itself consists of; never a text from elsewhere. */
    Html own(String markup) {
        out.append(markup);
        return this;
    }

    /** What is written in the meantime, which does not become part of this. */
    String part(Runnable writes) {
        int begin = out.length();
        writes.run();
        String part = out.substring(begin);
        out.setLength(begin);
        return part;
    }

    private void start(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
    }

    /** Beside what HTML means by them, characters may turn the direction of writing, or be halves and no characters. */
    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    if (Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1))) {
                        out.append(c).append(text.charAt(++i));
                    } else if (Character.isSurrogate(c) || c >= '\uFFFE') {
                        out.append(REPLACEMENT);
                    } else {
                        Printable.append(out, c);
                    }
                }
            }
        }
    }

    /** What was written. All elements must be closed. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not closed: " + open);
        }
        return out.toString();
    }
}
