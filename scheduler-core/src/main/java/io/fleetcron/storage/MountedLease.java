package io.fleetcron.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The lease of a directory on NFS, as this host has it mounted. Immutable and thread-safe. */
final class MountedLease implements ServerLease {

    /** A run is ended well before its lease is over: shorter ones leave no time for that. */
    static final Duration LEAST = Duration.ofSeconds(10);

    private final Path directory;
    private final Optional<Duration> configured;

    MountedLease(Path directory, Optional<Duration> configured) {
        this.directory = directory;
        this.configured = configured;
    }

    @Override
    public Optional<Duration> now() throws StorageException {
        try {
            Mount mount = Mount.of(directory);
            List<String> problems = StorageChecks.nfs(directory, mount, StorageChecks.recoverLostLocks());
            if (!problems.isEmpty()) {
                throw new StorageException(String.join("; ", problems), "EINVAL");
            }
            return Optional.of(of(directory, mount.lease(), configured));
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw DirectFiles.failed(directory, e);
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
