package io.fleetcron.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A block that holds one line of JSON, ending in the CRC-32 of all before it and filled up with blanks: what was half
 * written is noticed, and {@code cat} shows it. Immutable.
 *
 * @param isBlank nothing was ever written there
 * @param text the line without its padding; empty if its checksum is not valid
 */
public record ChecksummedLine(boolean isBlank, Optional<String> text) {

    private static final String SUM = ",\"sum\":\"";

    /** Bytes of the checksum with its name, and of the end of the line. */
    private static final int SEAL = SUM.length() + 8 + 2;

    /** Most of a block is padding, which is passed over by so many bytes at once. */
    private static final byte[] BLANKS = " ".repeat(64).getBytes(StandardCharsets.US_ASCII);

    /**
     * A block with that line; empty if it does not fit.
     *
     * @param object JSON of an object with at least one member, without its closing brace
     * @param size bytes of the block
     */
    public static Optional<byte[]> block(String object, int size) {
        byte[] body = object.getBytes(StandardCharsets.UTF_8);
        int length = body.length + SEAL;
        if (length >= size) {
            return Optional.empty();
        }
        byte[] block = Arrays.copyOf(body, size);
        System.arraycopy(seal(body, 0, body.length), 0, block, body.length, SEAL);
        Arrays.fill(block, length, size, (byte) ' ');
        block[size - 1] = '\n';
        return Optional.of(block);
    }

    /** A block that holds nothing. */
    public static byte[] blank(int size) {
        byte[] block = new byte[size];
        Arrays.fill(block, (byte) ' ');
        block[size - 1] = '\n';
        return block;
    }

    /**
     * What the block at that offset holds; {@code bytes} may end before it does, or before it begins.
     *
     * @param size bytes of the block
     */
    public static ChecksummedLine read(byte[] bytes, int offset, int size) {
        int start = Math.min(offset, bytes.length);
        int end = Math.min(start + size, bytes.length);
        if (end > start && bytes[end - 1] == '\n') {
            end--;
        }
        while (end - start >= BLANKS.length
                && Arrays.equals(bytes, end - BLANKS.length, end, BLANKS, 0, BLANKS.length)) {
            end -= BLANKS.length;
        }
        while (end > start && isPadding(bytes[end - 1])) {
            end--;
        }
        int body = end - SEAL;
        boolean sealed = body > start && Arrays.equals(bytes, body, end, seal(bytes, start, body), 0, SEAL);
        return new ChecksummedLine(
                end == start,
                sealed ? Optional.of(new String(bytes, start, end - start, StandardCharsets.UTF_8)) : Optional.empty());
    }

    private static boolean isPadding(byte b) {
        return b == ' ' || b == '\n' || b == 0;
    }

    /** The end of a line that holds those bytes. */
    private static byte[] seal(byte[] bytes, int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, to - from);
        return (SUM + HexFormat.of().toHexDigits((int) crc.getValue()) + "\"}").getBytes(StandardCharsets.US_ASCII);
    }
}
