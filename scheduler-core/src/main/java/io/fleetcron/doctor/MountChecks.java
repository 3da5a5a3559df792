package io.fleetcron.doctor;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.FleetConfig.Storage;
import io.fleetcron.config.trust.TrustedPath;
import io.fleetcron.storage.LockUsage;
import io.fleetcron.storage.Mount;
import io.fleetcron.storage.ServerLease;
import io.fleetcron.storage.StorageChecks;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How the shared directory is mounted, and how much of what EFS grants one mount is used. */
final class MountChecks {

    /** File and process pairs that may hold locks, per mount; Amazon EFS user guide, "Quotas for NFS clients", 2026. */
    private static final int PAIRS = 256;

    private static final int SPARE = 32;

    /** What the guarantee and the time to recover hang on; nfs(5). */
    private static final List<String> TELLING = List.of(
            "vers",
            "proto",
            "hard",
            "soft",
            "softerr",
            "timeo",
            "retrans",
            "noresvport",
            "rsize",
            "wsize",
            "local_lock");

    private final FleetConfig config;
    private final Path root;
    private final Mount mount;

    /**
     * @param root the shared directory, absolute and without symbolic links
     */
    MountChecks(FleetConfig config, Path root) throws IOException {
        this.config = config;
        this.root = root;
        this.mount = Mount.of(root);
    }

    List<Finding> all() throws IOException {
        boolean nfs = config.storage() == Storage.NFS;
        List<String> problems = new ArrayList<>();
        TrustedPath.problem(config.sharedDir()).ifPresent(wrong -> problems.add(config.sharedDir() + ": " + wrong));
        if (nfs) {
            problems.addAll(StorageChecks.nfs(root, mount, StorageChecks.recoverLostLocks()));
        }
        List<Finding> found = new ArrayList<>();
        problems.forEach(problem -> found.add(Finding.fail("shared_dir", problem)));
        if (problems.isEmpty()) {
            found.add(Finding.ok("shared_dir", where() + (nfs ? "" : ", for instances of this machine alone")));
        }
        if (nfs && mount.isNfs4()) {
            found.add(options());
            StorageChecks.opened(root, mount).ifPresent(text -> found.add(Finding.fail("options", text)));
            found.add(clientIdentifier(StorageChecks.clientIdentifier()));
            found.add(lease());
            found.add(headRoom());
        }
        return found;
    }

    private String where() {
        return root + " on " + mount.type() + " from " + mount.source() + ", mounted on " + mount.point();
    }

    private Finding options() {
        String reported = String.join(
                ",", mount.options().stream().filter(MountChecks::tells).toList());
        List<String> missing = isEfs() ? unlike() : List.of();
        return missing.isEmpty()
                ? Finding.ok("options", reported)
                : Finding.warn(
                        "options",
                        reported + ". EFS asks for " + String.join(", ", missing)
                                + " too: without, a host may stay cut off long after the network is back");
    }

    private static boolean tells(String option) {
        return TELLING.contains(option.split("=", 2)[0]);
    }

    /** By its own name, or through efs-utils' proxy on this host. */
    private boolean isEfs() {
        return mount.source().contains(".efs.") || mount.source().startsWith("127.0.0.1:");
    }

    private List<String> unlike() {
        boolean patient = mount.option("timeo").filter(t -> t.length() >= 3).isPresent();
        return Stream.of(
                        mount.options().contains("noresvport") ? "" : "noresvport",
                        patient ? "" : "timeo=600 (a tenth of a second each)")
                .filter(option -> !option.isEmpty())
                .toList();
    }

    /**
     * What a host of this name that merely mounts the share can do to this one's locks.
     *
     * @param identifier as {@link StorageChecks#clientIdentifier} has it
     */
    static Finding clientIdentifier(Optional<String> identifier) {
        if (identifier.isEmpty()) {
            return Finding.ok("client_id", "only root may read whether nfs4_unique_id is set: run doctor as root, too");
        }
        return identifier.get().isBlank()
                ? Finding.warn(
                        "client_id",
                        "nothing but its name tells this host from others: the server discards its locks when another"
                                + " host of the same name mounts the share, whether an agent runs there or not."
                                + " Set nfs4_unique_id as the example nfs-client-id.conf says")
                : Finding.ok("client_id", "the file server knows this host by its name and " + identifier.get());
    }

    private Finding lease() {
        try {
            long seconds =
                    ServerLease.of(root, config.lease()).now().orElseThrow().toSeconds();
            return Finding.ok("lease", "the server keeps a silent host's locks for " + seconds + " s");
        } catch (StorageException e) {
            return Finding.fail("lease", String.valueOf(e.getMessage()));
        }
    }

    private Finding headRoom() throws IOException {
        int used = LockUsage.pairs(root);
        String text = used + " of the " + PAIRS
                + " pairs of file and process that EFS lets hold locks on one mount are in use;" + " max_running is "
                + config.maxRunning();
        return used < PAIRS - SPARE
                ? Finding.ok("quota", text)
                : Finding.warn(
                        "quota", text + ". Find who holds them in /proc/locks: past the quota no job starts here");
    }
}
