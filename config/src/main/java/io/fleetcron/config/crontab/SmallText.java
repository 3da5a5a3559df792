package io.fleetcron.config.crontab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Files of a system that say something about it. What was collected from a host may be anything. */
final class SmallText {
    private static final int MAX_BYTES = 16 << 20;

    private SmallText() {}

    /** A file's text, each byte as one character; empty if it is missing, cannot be read, is a pipe or is larger than 16 MiB. */
    static Optional<String> of(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty(); // a pipe would be waited for
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES
                    ? Optional.empty()
                    : Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
