package io.fleetcron.lock;

import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.Errno;
import io.fleetcron.natives.ErrnoException;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageErrors;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lock files as flock(2) on files of one directory. On NFSv4 the kernel turns such a lock into a whole-file lock held
 * by the server for the open file description. Immutable and thread-safe.
 */
public final class FlockDirectory implements LockDirectory {
    private final SharedRoot root;
    private final Path path;
    private final boolean direct;

    /**
     * Of a trusted directory.
     *
     * @param path an existing directory
     * @param direct as below
     */
    public FlockDirectory(Path path, boolean direct) {
        this(new SharedRoot(path), path, direct);
    }

    /**
     * Of a directory within one that other hosts write, too.
     *
     * @param root the directory that they write
     * @param path an existing directory below it
     * @param direct open with O_DIRECT, as NFS needs and many local file systems refuse: a buffered write pending on
     *     a cut-off mount would make every later process start hang
     */
    public FlockDirectory(SharedRoot root, Path path, boolean direct) {
        this.root = root;
        this.path = path.toAbsolutePath();
        this.direct = direct;
    }

    @Override
    public LockFile file(String name) {
        return new FlockFile(root, path.resolve(name), direct);
    }

    @Override
    public HeldLock adopt(LockFile file, int pid, int descriptor) throws StorageException {
        if (!(file instanceof FlockFile own) || !own.path().startsWith(path)) {
            throw new IllegalArgumentException(file + " is not a lock file of " + path);
        }
        int shared = share(own.path(), pid, descriptor);
        try {
            checkSameFile(own.path(), pid, shared);
            // Through the holder's own description this changes nothing; it fails if that is not the holder after all.
            if (!Descriptors.tryLock(shared)) {
                throw new StorageException(
                        own.path() + ": process " + pid + " does not hold this lock; another process does", "EAGAIN");
            }
            return own.adopted(shared);
        } catch (StorageException e) {
            Descriptors.close(shared);
            throw e;
        } catch (ErrnoException e) {
            Descriptors.close(shared);
            throw StorageErrors.of(own.path(), e);
        }
    }

    @Override
    public List<String> names() throws IOException {
        return root.names(path);
    }

    @Override
    public Path path() {
        return path;
    }

    private static int share(Path file, int pid, int descriptor) throws StorageException {
        try {
            int pidfd = Descriptors.pidfdOpen(pid);
            try {
                return Descriptors.pidfdGetfd(pidfd, descriptor);
            } finally {
                Descriptors.close(pidfd);
            }
        } catch (ErrnoException e) {
            throw new StorageException(
                    file + ": cannot take the lock over from process " + pid + ": " + e.getMessage() + hint(e.errno()),
                    Errno.name(e.errno()));
        }
    }

    private static String hint(int errno) {
        return switch (errno) {
            case Errno.ESRCH -> "; it has ended";
            case Errno.EPERM ->
                "; run the agent as the same user, and as root or with CAP_SYS_PTRACE where"
                        + " kernel.yama.ptrace_scope is not 0";
            case Errno.ENOSYS -> "; this needs Linux 5.6 or newer";
            default -> "";
        };
    }

    private static void checkSameFile(Path file, int pid, int shared) throws StorageException {
        try {
            Path actual = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(shared)));
            if (!actual.equals(file.toRealPath())) {
                throw new StorageException(file + ": process " + pid + " holds another file there: " + actual, "EBADF");
            }
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException(file + ": cannot compare it with what process " + pid + " holds: " + e, "EIO");
        }
    }
}
