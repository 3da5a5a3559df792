package io.fleetcron.lock;

import io.fleetcron.storage.StorageException;
import java.io.Closeable;
import java.util.Optional;

/**
 * One permanent file that is a lock and, under that lock, a small store. It stays open: opening costs a shared
 * directory more than locking. One caller at a time.
 */
public interface LockFile extends Closeable {

    /**
     * Tries to take the lock, once, without waiting for its holder. (The call itself may block indefinitely on a hung
     * network file system.)
     *
     * @return empty if another process holds the lock
     * @throws StorageException on any error; the lock is then not held
     */
    Optional<HeldLock> tryLock() throws StorageException;

    /**
     * Reads without the lock: a look that may see a write in progress.
     *
     * @return up to {@code length} bytes; fewer where the file ends
     */
    byte[] read(long offset, int length) throws StorageException;

    /** Closes this process' descriptor. A run that inherited it keeps the lock. Never throws. */
    @Override
    void close();
}
