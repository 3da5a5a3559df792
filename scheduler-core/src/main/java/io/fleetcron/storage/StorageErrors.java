package io.fleetcron.storage;

import io.fleetcron.natives.Errno;
import io.fleetcron.natives.ErrnoException;
import java.nio.file.Path;

/** Turns a failed native call on a lock file into what the callers of this package know. */
public final class StorageErrors {
    private StorageErrors() {}

    public static StorageException of(Path file, ErrnoException e) {
        StorageException wrapped =
                new StorageException(file + ": " + e.getMessage() + hint(e.errno()), Errno.name(e.errno()));
        wrapped.initCause(e);
        return wrapped;
    }

    private static String hint(int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENOTDIR -> "; is the shared directory mounted?";
            case Errno.EACCES, Errno.EPERM -> "; the agent's user needs read and write permission there";
            case Errno.EROFS -> "; mount it with `rw`";
            case Errno.ENOSPC -> "; free some space, the agent tries again by itself";
            case Errno.EDQUOT, Errno.ENOLCK -> "; lower max_running or spread the jobs over more hosts";
            default -> "";
        };
    }
}
