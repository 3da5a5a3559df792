package io.fleetcron.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Takes the lines out of one run's growing output file. How far it is stands in a file beside it, so that an agent that
 * comes later goes on there; one that is killed between the two writes leaves at most one piece to be taken twice. For
 * one caller at a time; blocks on the local disk.
 */
final class OutputLineReader {

    /** More of one run than this does not belong into a log. */
    static final int MOST_LINES = 10_000;

    /** A longer line comes in pieces: with every byte escaped still below the 48 KiB of journald.conf(5)'s LineMax. */
    static final int LONGEST = 8 << 10;

    private static final int CHUNK = 64 << 10;

    private final Path file;
    private final Path note;
    private final Consumer<String> sink;
    private long at = -1;
    private int taken;
    private boolean cut;

    /**
     * @param file what the command writes, on a local disk
     * @param sink receives each line, fit for a log
     */
    OutputLineReader(Path file, Consumer<String> sink) {
        this.file = file;
        this.note = file.resolveSibling("logged");
        this.sink = sink;
    }

    /**
     * Takes the lines that are complete.
     *
     * @param over the file will not grow any more: what has no line end counts as a line
     */
    void take(boolean over) throws IOException {
        long size = file.toFile().length(); // 0 if the run wrote nothing, as most do: then no file exists
        if (size == 0) {
            return;
        }
        if (at < 0) {
            at = remembered();
        }
        if (size <= at) {
            return;
        }
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            while (at < size) {
                ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, size - at));
                int read = in.read(chunk, at);
                int used = read < 0 ? 0 : lines(chunk.array(), read, over && at + read >= size);
                if (used == 0) {
                    return;
                }
                at += used;
                remember();
            }
        }
    }

    /** Returns how many bytes were used up. */
    private int lines(byte[] bytes, int length, boolean last) {
        int from = 0;
        while (from < length) {
            int end = lineEnd(bytes, from, length);
            if (end < length && end - from <= LONGEST) {
                if (!cut || end > from) {
                    line(bytes, from, end);
                }
                cut = false;
                from = end + 1;
            } else if (length - from > LONGEST) {
                int piece = whole(bytes, from + LONGEST);
                line(bytes, from, piece);
                cut = true;
                from = piece;
            } else if (last) {
                line(bytes, from, length);
                from = length;
            } else {
                return from;
            }
        }
        return from;
    }

    private static int lineEnd(byte[] bytes, int from, int length) {
        int end = from;
        while (end < length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }

    /** Does not cut a character of UTF-8 in two. */
    private static int whole(byte[] bytes, int at) {
        int back = at;
        while (at - back < 4 && (bytes[back] & 0xc0) == 0x80) {
            back--;
        }
        return at - back < 4 ? back : at;
    }

    private void line(byte[] bytes, int from, int to) {
        if (taken < MOST_LINES) {
            boolean dos = to > from && bytes[to - 1] == '\r';
            sink.accept(PrintableText.harmless(bytes, from, dos ? to - 1 : to));
        } else if (taken == MOST_LINES) {
            sink.accept("[fleetcron: more than " + MOST_LINES + " lines; `fleetcron logs` shows the rest]");
        }
        taken++;
    }

    private long remembered() throws IOException {
        try {
            return Long.parseLong(Files.readString(note).strip());
        } catch (NoSuchFileException | NumberFormatException e) {
            return 0;
        }
    }

    /** Overwritten in place, as one write of one length. */
    private void remember() throws IOException {
        byte[] text = String.format(Locale.ROOT, "%020d\n", at).getBytes(StandardCharsets.US_ASCII);
        try (FileChannel out = FileChannel.open(note, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            out.write(ByteBuffer.wrap(text));
        }
    }
}
