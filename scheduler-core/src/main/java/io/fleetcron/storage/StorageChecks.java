package io.fleetcron.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must be true of the shared directory before the first claim. Each finding says what to do about it. */
public final class StorageChecks {

    /** Makes an NFS client take lost locks back in silence: two hosts then believe they hold one lock. */
    private static final Path RECOVER = Path.of("/sys/module/nfs/parameters/recover_lost_locks");

    /** Of this network name space, where it has one of its own, and of the module. */
    private static final List<Path> CLIENT_IDENTIFIER = List.of(
            Path.of("/sys/fs/nfs/net/nfs_client/identifier"), Path.of("/sys/module/nfs/parameters/nfs4_unique_id"));

    private static final Set<String> LOCAL_LOCKS = Set.of("nolock", "local_lock=all", "local_lock=flock");

    /** mount(8); on a share that holds data alone nobody misses what they take away. */
    private static final List<String> SHUT = List.of("nosuid", "nodev", "noexec");

    private StorageChecks() {}

    /** Every reason why the guarantee would not hold on a directory that is promised to be on NFS. */
    public static List<String> nfs(Path directory, Mount mount, Optional<String> recoverLostLocks) {
        List<String> problems = new ArrayList<>();
        if (!mount.type().startsWith("nfs")) {
            problems.add(directory + " is on " + mount.type() + " (" + mount.source() + " mounted on " + mount.point()
                    + "), not on NFSv4. Mount the shared file system there first; or, if all instances are on this one"
                    + " machine, write `storage: local`");
            return problems;
        }
        if (!mount.isNfs4()) {
            problems.add(
                    directory + " is on NFS version " + mount.option("vers").orElse("3")
                            + ", whose locks the server does not keep for a lease. Mount it with nfsvers=4.1");
        } else if (mount.option("vers").orElse("").equals("4.0")) {
            problems.add(directory + " is on NFS version 4.0, where a write that is repeated after a lost answer may be"
                    + " done twice. Mount it with nfsvers=4.1");
        }
        if (mount.options().contains("soft") || mount.options().contains("softerr")) {
            problems.add(directory + " is mounted with `soft`: a write may be reported as failed and still happen."
                    + " Mount it with `hard`");
        }
        if (mount.options().contains("ro")) {
            problems.add(directory + " is mounted read-only. Mount it with `rw`");
        }
        mount.options().stream()
                .filter(LOCAL_LOCKS::contains)
                .findFirst()
                .ifPresent(option -> problems.add(directory + " is mounted with `" + option
                        + "`: its locks are seen by this host alone. Mount it without"));
        recoverLostLocks
                .filter(value -> value.startsWith("Y") || value.startsWith("1"))
                .ifPresent(value -> problems.add("this kernel takes lost NFS locks back in silence (" + RECOVER
                        + " is " + value.strip() + "), so two hosts could hold one lock. Set nfs.recover_lost_locks=0"
                        + " and restart"));
        return problems;
    }

    /**
     * What a mount of a directory that other hosts write lets them bring to this one: programs that run as root, devices.
     * Empty if its options take that away.
     */
    public static Optional<String> opened(Path directory, Mount mount) {
        List<String> missing = SHUT.stream()
                .filter(option -> !mount.options().contains(option))
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(directory + " is mounted without " + String.join(",", missing)
                        + ": root of another host could leave programs and devices there that work on this one."
                        + " Add the options to the mount's line and mount it again");
    }

    /** Why a directory of this host alone may not be where it is, if so. */
    public static Optional<String> local(Path directory, Mount mount) {
        return mount.type().startsWith("nfs")
                ? Optional.of(
                        directory + " is on " + mount.type() + " (" + mount.source() + " mounted on " + mount.point()
                                + "). Runs in progress must not depend on a file server: name a local directory")
                : Optional.empty();
    }

    /** The kernel's setting; empty where the NFS module is not loaded or the kernel has none. */
    public static Optional<String> recoverLostLocks() throws IOException {
        try {
            return Optional.of(Files.readString(RECOVER));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * What the NFS client adds to this host's name when it presents itself to a server (the kernel's
     * Documentation/filesystems/nfs/client-identifier.rst).
     *
     * @return nothing if this process may not read it: the module's parameter is root's
     */
    public static Optional<String> clientIdentifier() throws IOException {
        StringBuilder all = new StringBuilder();
        boolean hidden = false;
        for (Path file : CLIENT_IDENTIFIER) {
            if (!Files.exists(file)) {
                continue; // an older kernel
            }
            try {
                all.append(Files.readString(file).strip().replace("(null)", ""));
            } catch (AccessDeniedException e) {
                hidden = true;
            }
        }
        return all.isEmpty() && hidden ? Optional.empty() : Optional.of(all.toString());
    }
}
