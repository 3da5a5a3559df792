package io.fleetcron.config.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Reads a configuration file into text that is safe to parse: UTF-8, of bearable size, without control characters. */
public final class SourceText {
    /** 2,000 jobs of the fullest kind take about 1 MiB. */
    public static final int MAX_BYTES = 4 << 20;

    /** The parser's work grows with the square of a word's length; nothing that a job may say is as long as this. */
    static final int MAX_LINE = 256 << 10;

    private static final char BOM = '\uFEFF';

    private SourceText() {}

    /** The text of the log's file; empty when a problem was logged instead. */
    public static Optional<String> read(ProblemLog log) {
        Optional<String> unusable = unusable(log.file());
        if (unusable.isPresent()) {
            log.error(Position.START, unusable.get());
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(log.file())) {
            return decode(in.readNBytes(MAX_BYTES + 1), log);
        } catch (IOException e) {
            log.error(Position.START, reason(e));
            return Optional.empty();
        }
    }

    /** Why this path cannot be read as a file, without opening it: opening a pipe would wait for its other end. */
    public static Optional<String> unusable(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                return Optional.of("this is a folder; a file is needed here");
            }
            return attributes.isRegularFile()
                    ? Optional.empty()
                    : Optional.of("this is neither a file nor a folder but a pipe, socket or device");
        } catch (IOException e) {
            return Optional.of(reason(e));
        }
    }

    public static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return "cannot be read" + (reason == null ? "" : ": " + reason);
    }

    public static Optional<String> decode(byte[] bytes, ProblemLog log) {
        if (bytes.length > MAX_BYTES) {
            log.error(
                    Position.START,
                    "this file is larger than " + (MAX_BYTES >> 20) + " MiB; split it into several job files");
            return Optional.empty();
        }
        if (isUtf16(bytes)) {
            log.error(Position.START, "this file is UTF-16; save it as UTF-8");
            return Optional.empty();
        }
        CharBuffer text = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder().decode(ByteBuffer.wrap(bytes), text, true);
        text.flip();
        if (result.isError()) {
            int bad = Byte.toUnsignedInt(bytes[validPrefix(bytes)]);
            log.error(
                    end(text), String.format(Locale.ROOT, "the byte 0x%02x is not UTF-8; save the file as UTF-8", bad));
            return Optional.empty();
        }
        if (text.length() > 0 && text.charAt(0) == BOM) {
            text.get();
        }
        return withoutLongLines(text.toString(), log).flatMap(shorter -> withoutControls(shorter, log));
    }

    private static Optional<String> withoutLongLines(String text, ProblemLog log) {
        int start = 0;
        for (int line = 1; start < text.length(); line++) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (end - start > MAX_LINE) {
                log.error(
                        new Position(line, 1),
                        "this line is longer than " + (MAX_LINE >> 10) + " KiB; break it, or put what it holds into a"
                                + " file of its own");
                return Optional.empty();
            }
            start = end + 1;
        }
        return Optional.of(text);
    }

    private static CharsetDecoder decoder() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    private static int validPrefix(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult ignored = decoder().decode(in, CharBuffer.allocate(bytes.length + 1), true);
        return ignored.isError() ? in.position() : bytes.length;
    }

    private static boolean isUtf16(byte[] bytes) {
        byte[] start = Arrays.copyOf(bytes, 2);
        return bytes.length >= 2
                && (Arrays.equals(start, new byte[] {(byte) 0xFE, (byte) 0xFF})
                        || Arrays.equals(start, new byte[] {(byte) 0xFF, (byte) 0xFE}));
    }

    private static Optional<String> withoutControls(String text, ProblemLog log) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (!isPrintable(c)) {
                String found = c == 0 ? "a NUL character" : String.format(Locale.ROOT, "the character U+%04X", c);
                log.error(end(text.substring(0, i)), found + " is not allowed in YAML; remove it");
                return Optional.empty();
            }
        }
        return Optional.of(text);
    }

    /** YAML 1.1, section 4.1, without the byte order mark, which is invisible anywhere but at the start. */
    private static boolean isPrintable(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= 0x20 && c <= 0x7E)
                || c == 0x85
                || (c >= 0xA0 && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD && c != BOM)
                || c >= 0x10000;
    }

    private static Position end(CharSequence text) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new Position(line, Character.codePointCount(text, lineStart, text.length()) + 1);
    }
}
