package io.fleetcron.host;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.FleetConfig.Storage;
import io.fleetcron.config.trust.TrustedPath;
import io.fleetcron.config.trust.TrustedPath.Untrusted;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.membership.FleetFile;
import io.fleetcron.storage.Mount;
import io.fleetcron.storage.ServerLease;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageChecks;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories that an agent, or {@code fleetcron run}, works in, checked before anything is claimed.
 *
 * @param layout the shared directory
 * @param state this instance's directory on this host
 * @param locals the locks of jobs that run on every host, which all instances of this host share
 * @param direct whether the shared directory is on NFS, and so to be used past the page cache
 * @param lease how long the server keeps a silent client's locks
 */
public record AgentDirectories(SharedLayout layout, Path state, LocalLocks locals, boolean direct, ServerLease lease) {

    private static final Logger LOG = LoggerFactory.getLogger(AgentDirectories.class);
    /**
     * Checks and prepares.
     *
     * @throws StartException with every reason why the guarantee would not hold there
     */
    public static AgentDirectories prepare(FleetConfig config, String instance) throws StartException {
        Optional<String> badName = ThisHost.nameProblem(instance, ThisHost.name());
        if (badName.isPresent()) {
            throw new StartException(List.of(badName.get()));
        }
        List<String> problems = new ArrayList<>();
        Path root = config.sharedDir();
        boolean nfs = config.storage() == Storage.NFS;
        ServerLease lease = ServerLease.none();
        try {
            problems.addAll(untrusted("shared_dir", root, TrustedPath.problem(root)));
            if (!nfs && problems.isEmpty()) {
                createPrivate(root);
                problems.addAll(untrusted("shared_dir", root, TrustedPath.problem(root)));
            }
            root = root.toRealPath();
            if (nfs) {
                StorageChecks.opened(root, Mount.of(root)).ifPresent(text -> LOG.warn("{}", text));
                List<String> found = nfsProblems(root);
                problems.addAll(found);
                lease = ServerLease.of(root, config.lease());
                if (found.isEmpty()) {
                    leaseProblem(lease).ifPresent(problems::add);
                }
            }
        } catch (NoSuchFileException e) {
            problems.add(
                    nfs
                            ? "shared_dir " + root + " does not exist. Mount the shared file system and create it"
                            : "shared_dir " + root + " cannot be created: there is no " + e.getMessage());
        } catch (IOException e) {
            problems.add("shared_dir " + root + ": " + reported(e));
        }
        Path state = ThisHost.stateDir(config, instance);
        Optional<LocalLocks> locals = Optional.empty();
        try {
            Optional<Untrusted> untrusted = ThisHost.untrustedState(config, instance);
            if (untrusted.isEmpty()) {
                createPrivate(state);
                untrusted = ThisHost.untrustedState(config, instance);
            }
            problems.addAll(untrusted("state_dir", state, untrusted));
            if (untrusted.isEmpty()) {
                locals = Optional.of(LocalLocks.in(createPrivate(ThisHost.localLocks(config))));
                StorageChecks.local(state, Mount.of(state.toRealPath()))
                        .map(problem -> "state_dir " + problem)
                        .ifPresent(problems::add);
            }
        } catch (IOException e) {
            problems.add("state_dir " + state + ": " + reported(e)
                    + ". It holds this host's runs in progress: name a local directory that this user may write");
        }
        if (!problems.isEmpty()) {
            throw new StartException(problems);
        }
        return new AgentDirectories(new SharedLayout(root), state, locals.orElseThrow(), nfs, lease);
    }

    /** Asked before a directory is created and after it: in a folder such as /tmp somebody else may be faster. */
    private static List<String> untrusted(String key, Path directory, Optional<Untrusted> problem) {
        return problem.stream()
                .map(wrong -> key + " " + directory + ": " + wrong)
                .toList();
    }

    private static Optional<String> leaseProblem(ServerLease lease) {
        try {
            lease.now();
            return Optional.empty();
        } catch (StorageException e) {
            return Optional.of("shared_dir " + e.getMessage());
        }
    }

    private static List<String> nfsProblems(Path root) throws IOException {
        return StorageChecks.nfs(root, Mount.of(root), StorageChecks.recoverLostLocks());
    }

    /** The opener of everything in the shared directory. */
    public SharedRoot shared() {
        return new SharedRoot(layout.root());
    }

    /** Creates what all instances need in the shared directory, and checks its format and that jobs may run from there. */
    public void furnish(SharedFiles files) throws IOException {
        furnish(files, FleetFile.Use.RUNS);
    }

    /** As {@link #furnish(SharedFiles)}, for that use. */
    public void furnish(SharedFiles files, FleetFile.Use use) throws IOException {
        FleetFile.check(files, layout.fleetFile(), use);
        files.createDirectories(layout.jobs());
        files.createDirectories(layout.groups());
        files.createDirectories(layout.members());
        files.createDirectories(layout.history());
        files.createDirectories(layout.control());
    }

    /** The lock files of the fleet's jobs. */
    public FlockDirectory sharedLocks() {
        return new FlockDirectory(shared(), layout.jobs(), direct);
    }

    /** The slots of jobs that must not run together. */
    public FlockDirectory groupLocks() {
        return new FlockDirectory(shared(), layout.groups(), direct);
    }

    /** The lock under which instances take their places among the members. */
    public FlockDirectory memberLocks() {
        return new FlockDirectory(shared(), layout.members(), direct);
    }

    /** The lock under which people change what they ask of the fleet. */
    public FlockDirectory controlLocks() {
        return new FlockDirectory(shared(), layout.control(), direct);
    }

    /** The lock files of jobs that run on every host. */
    public FlockDirectory localLocks() {
        return new FlockDirectory(locals.directory(), false);
    }

    /** Takes over what an earlier version of this instance left. Returns these directories as they are then. */
    public AgentDirectories takeOverLocks() throws IOException {
        return new AgentDirectories(layout, state, locals.takeOver(state.resolve("jobs")), direct, lease);
    }

    private static Path createPrivate(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return directory;
    }

    private static String reported(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied for " + e.getMessage();
        }
        if (e instanceof FileAlreadyExistsException) {
            return e.getMessage() + " is not a directory";
        }
        return e instanceof FileSystemException file && file.getReason() != null
                ? String.valueOf(e.getMessage())
                : String.valueOf(e);
    }
}
