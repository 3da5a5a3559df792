package io.fleetcron.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The clock of the server that holds a directory: the time it gives to something just made there. That is an empty
 * folder and not a file, which could leave data pending on a mount that hangs.
 */
public final class ServerClock {

    private ServerClock() {}

    /** The server's time; empty where this user may not write. */
    public static Optional<Instant> read(Path directory) {
        try {
            Path probe = Files.createDirectory(directory.resolve(".clock-" + UUID.randomUUID()));
            try {
                return Optional.of(Files.getLastModifiedTime(probe).toInstant());
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
