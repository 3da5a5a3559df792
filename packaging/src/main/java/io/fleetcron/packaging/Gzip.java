package io.fleetcron.packaging;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** As {@code gzip -9n} (RFC 1952): java.util.zip's own stream writes other headers in other versions. */
final class Gzip {

    private Gzip() {}

    static byte[] compress(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 2, 3});
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            bytes.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        CRC32 sum = new CRC32();
        sum.update(content);
        littleEndian(bytes, sum.getValue());
        littleEndian(bytes, content.length);
        return bytes.toByteArray();
    }

    private static void littleEndian(ByteArrayOutputStream bytes, long number) {
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.write((int) (number >> shift));
        }
    }
}
