package io.fleetcron.observe;

import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The clock of the server that holds a directory: the time it gives to something just made there. That is an empty
 * folder and not a file, which could leave data pending on a mount that hangs.
 */
public final class ServerClock {

    private ServerClock() {}

    /**
     * The server's time; empty where this user may not write.
     *
     * @param root the shared directory
     * @param directory it, or one below it
     */
    public static Optional<Instant> read(SharedRoot root, Path directory) {
        try {
            return Optional.of(root.serverTime(directory));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
