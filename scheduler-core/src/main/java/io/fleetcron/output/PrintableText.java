package io.fleetcron.output;

import io.fleetcron.config.Printable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Makes what a command wrote fit for a line of a log: it must not steer a terminal or look like another line. */
public final class PrintableText {

    private PrintableText() {}

    /** Text for UTF-8; {@code \xHH} for each byte that is none, and for each character that controls something. */
    public static String harmless(byte[] bytes, int from, int to) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
        CharBuffer chars = CharBuffer.allocate(to - from + 1); // a byte makes one char at most
        StringBuilder text = new StringBuilder(to - from);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result;
        do {
            result = decoder.decode(in, chars, true);
            chars.flip().chars().forEach(c -> append(text, (char) c));
            chars.clear();
            for (int i = 0; result.isMalformed() && i < result.length(); i++) {
                escape(text, in.get() & 0xff);
            }
            decoder.reset();
        } while (!result.isUnderflow());
        return text.toString();
    }

    private static void append(StringBuilder text, char c) {
        if (c != '\t' && Printable.controls(c)) {
            escape(text, c);
        } else {
            text.append(c);
        }
    }

    private static void escape(StringBuilder text, int code) {
        text.append(String.format(Locale.ROOT, code < 0x100 ? "\\x%02x" : "\\u%04x", code));
    }
}
