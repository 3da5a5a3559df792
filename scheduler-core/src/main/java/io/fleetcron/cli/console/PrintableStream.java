package io.fleetcron.cli.console;

import io.fleetcron.config.Printable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A command's output on its way to a terminal: text in UTF-8 passes, with its line ends and tabs; every other control
 * character becomes {@code \\uHHHH}, and every byte that is not UTF-8 {@code \\xHH}. One caller at a time.
 */
public final class PrintableStream extends OutputStream {

    private final OutputStream out;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    /** The beginning of a character whose rest has not come yet, or a carriage return that may belong to a line end. */
    private byte[] pending = new byte[0];

    private boolean carriageReturn;

    public PrintableStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(pending.length + length);
        in.put(pending).put(bytes, from, length).flip();
        StringBuilder text = new StringBuilder(in.remaining());
        decode(in, false, text);
        pending = new byte[in.remaining()];
        in.get(pending);
        put(text);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    /** Writes what is left of a character that never became whole. Leaves the stream below open. */
    @Override
    public void close() throws IOException {
        StringBuilder text = new StringBuilder();
        decode(ByteBuffer.wrap(pending), true, text);
        pending = new byte[0];
        if (carriageReturn) {
            carriageReturn = false;
            Printable.append(text, '\r');
        }
        put(text);
        flush();
    }

    private void decode(ByteBuffer in, boolean end, StringBuilder text) {
        CharBuffer chars = CharBuffer.allocate(in.remaining() + 1); // a byte makes one char at most
        CoderResult result;
        do {
            result = decoder.decode(in, chars, end);
            chars.flip().chars().forEach(c -> append(text, (char) c));
            chars.clear();
            for (int i = 0; result.isMalformed() && i < result.length(); i++) {
                text.append(String.format(Locale.ROOT, "\\x%02x", in.get() & 0xff));
            }
            decoder.reset();
        } while (result.isMalformed());
    }

    private void append(StringBuilder text, char c) {
        if (carriageReturn && c != '\n') {
            Printable.append(text, '\r'); // alone it would let one text cover another
        }
        carriageReturn = c == '\r';
        if (c == '\n' || c == '\t') {
            text.append(c);
        } else if (c != '\r') {
            Printable.append(text, c);
        }
    }

    private void put(StringBuilder text) throws IOException {
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
