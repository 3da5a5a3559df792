package io.fleetcron.lock;

import io.fleetcron.storage.StorageException;

/**
 * The lock while it is held. Works once: after {@link #unlock} or {@link #abandon} every call throws
 * {@link IllegalStateException}. One caller at a time.
 */
public interface HeldLock {

    /** Reads through the locked descriptor: up to {@code length} bytes; fewer where the file ends. */
    byte[] read(long offset, int length) throws StorageException;

    /**
     * Writes all of {@code data} through the locked descriptor and forces it to stable storage before returning.
     *
     * @throws StorageException on any error, also one of the final flush: the lock is then in doubt
     */
    void write(long offset, byte[] data) throws StorageException;

    /** The open descriptor that owns the lock, for a run to inherit. */
    int descriptor();

    /** Gives the lock back at once, also from every process that inherited the descriptor. */
    void unlock() throws StorageException;

    /**
     * Lets go of a lock in doubt: closes this process' descriptor without another operation on the file. A run that
     * inherited the descriptor keeps it. Never throws. The {@link LockFile} opens afresh at its next use.
     */
    void abandon();
}
