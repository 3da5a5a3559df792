package io.fleetcron.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long the server keeps a silent client's locks, and whether the mount is still what the guarantee needs: asked at each
 * claim, since a file system may be mounted again in other ways. Asks no file server. Immutable and thread-safe.
 */
public final class ServerLease {

    /** A run is ended well before its lease is over: shorter ones leave no time for that. */
    static final Duration LEAST = Duration.ofSeconds(10);

    private final Optional<Path> directory;
    private final Optional<Duration> configured;

    private ServerLease(Optional<Path> directory, Optional<Duration> configured) {
        this.directory = directory;
        this.configured = configured;
    }

    /** Of a local file system: no lock is ever given to another host. */
    public static ServerLease none() {
        return new ServerLease(Optional.empty(), Optional.empty());
    }

    /**
     * Of a directory on NFS.
     *
     * @param directory absolute and without symbolic links
     * @param configured for servers that do not tell theirs
     */
    public static ServerLease of(Path directory, Optional<Duration> configured) {
        return new ServerLease(Optional.of(directory), configured);
    }

    /**
     * The lease now; empty on a local file system.
     *
     * @throws StorageException if no run can be fenced in time there. The message says what to do
     */
    public Optional<Duration> now() throws StorageException {
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        Path path = directory.get();
        try {
            Mount mount = Mount.of(path);
            List<String> problems = StorageChecks.nfs(path, mount, StorageChecks.recoverLostLocks());
            if (!problems.isEmpty()) {
                throw new StorageException(String.join("; ", problems), "EINVAL");
            }
            return Optional.of(of(path, mount.lease(), configured));
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw DirectFiles.failed(path, e);
        }
    }

    /** The shorter one of what the server reports and what is configured. */
    static Duration of(Path directory, Optional<Duration> reported, Optional<Duration> configured)
            throws StorageException {
        Optional<Duration> lease = Stream.of(reported.filter(time -> !time.isZero()), configured)
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
        if (lease.isEmpty()) {
            throw new StorageException(
                    directory + ": the server does not report how long it keeps a silent host's locks (lease_time in"
                            + " /proc/self/mountstats). Set `lease` in the main file to what its documentation says",
                    "EINVAL");
        }
        if (lease.get().compareTo(LEAST) < 0) {
            throw new StorageException(
                    directory + ": the server keeps a silent host's locks for "
                            + lease.get().toSeconds() + " s only. At"
                            + " least " + LEAST.toSeconds()
                            + " s are needed to end a run in time: set the server's lease"
                            + " to 60 s or more",
                    "EINVAL");
        }
        return lease.get();
    }
}
