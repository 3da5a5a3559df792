package io.fleetcron.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How long the server keeps a silent client's locks, and whether the mount is still what the guarantee needs: asked at each
 * claim, since a file system may be mounted again in other ways. Asks no file server. Thread-safe.
 */
public interface ServerLease {

    /** Of a local file system: no lock is ever given to another host. */
    static ServerLease none() {
        return Optional::empty;
    }

    /**
     * Of a directory on NFS.
     *
     * @param directory absolute and without symbolic links
     * @param configured for servers that do not report theirs
     */
    static ServerLease of(Path directory, Optional<Duration> configured) {
        return new MountedLease(directory, configured);
    }

    /**
     * The lease now; empty on a local file system.
     *
     * @throws StorageException if no run can be fenced in time there. The message says what to do
     */
    Optional<Duration> now() throws StorageException;
}
