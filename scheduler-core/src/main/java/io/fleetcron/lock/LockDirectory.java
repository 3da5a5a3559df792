package io.fleetcron.lock;

import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where lock files live. Thread-safe. */
public interface LockDirectory {

    /**
     * The lock file of that name, created where it is missing. Opens lazily: no operation on the file system before
     * the first use.
     */
    LockFile file(String name);

    /**
     * Takes back a lock that another process of this host holds, by sharing its open file description
     * (pidfd_getfd(2), Linux 5.6).
     *
     * @param file an unused lock file of this directory, which from now on uses the shared description
     * @param pid the process that holds it
     * @param descriptor its number there
     * @throws StorageException if the process is gone, or the kernel or the process' owner does not allow it
     */
    HeldLock adopt(LockFile file, int pid, int descriptor) throws StorageException;

    /** The names of what is in it, hidden ones left out. Blocks on storage. */
    List<String> names() throws IOException;

    /** The directory itself. */
    Path path();
}
