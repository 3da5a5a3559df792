package io.fleetcron.config.crontab;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of a crontab.
 *
 * @param number from 1
 * @param text without its line end; where the bytes are no UTF-8, each byte as one character
 * @param utf8 whether the text is what stands there
 * @param windows whether it ended with CR LF, which crond takes for a part of the command
 * @param ended whether a line end follows
 */
public record TextLine(int number, String text, boolean utf8, boolean windows, boolean ended) {

    /** Neither blank, nor a comment, nor an assignment. */
    public boolean isEntry() {
        String line = text.strip();
        return !line.isEmpty() && !line.startsWith("#") && Assignment.read(line).isEmpty();
    }

    /** Whether it begins as editors of Windows begin a file; crond takes that for a part of the first word. */
    public boolean hasByteOrderMark() {
        return text.startsWith("\uFEFF");
    }

    /** How long it is, without its line end. */
    int bytes() {
        return utf8 ? text.getBytes(StandardCharsets.UTF_8).length : text.length();
    }

    static List<TextLine> split(byte[] bytes) {
        List<TextLine> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length ? i > start : bytes[i] == '\n') {
                lines.add(line(lines.size() + 1, bytes, start, i));
                start = i + 1;
            }
        }
        return lines;
    }

    private static TextLine line(int number, byte[] bytes, int start, int end) {
        boolean windows = end > start && bytes[end - 1] == '\r';
        int length = end - start - (windows ? 1 : 0);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
            return new TextLine(number, text, true, windows, end < bytes.length);
        } catch (CharacterCodingException e) {
            return new TextLine(
                    number,
                    new String(bytes, start, length, StandardCharsets.ISO_8859_1),
                    false,
                    windows,
                    end < bytes.length);
        }
    }
}
