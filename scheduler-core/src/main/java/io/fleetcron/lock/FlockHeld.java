package io.fleetcron.lock;

import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.ErrnoException;
import io.fleetcron.storage.StorageErrors;
import io.fleetcron.storage.StorageException;

/** A held flock(2) lock: a handle on its file's one descriptor that works until it is let go. */
final class FlockHeld implements HeldLock {
    private final FlockFile file;
    private final int descriptor;
    private boolean over;

    FlockHeld(FlockFile file) {
        this.file = file;
        this.descriptor = file.descriptor();
    }

    @Override
    public byte[] read(long offset, int length) throws StorageException {
        requireHeld();
        try {
            return Descriptors.read(descriptor, offset, length);
        } catch (ErrnoException e) {
            throw StorageErrors.of(file.path(), e);
        }
    }

    @Override
    public void write(long offset, byte[] data) throws StorageException {
        requireHeld();
        try {
            Descriptors.write(descriptor, offset, data);
            Descriptors.fdatasync(descriptor);
        } catch (ErrnoException e) {
            throw StorageErrors.of(file.path(), e);
        }
    }

    @Override
    public int descriptor() {
        requireHeld();
        return descriptor;
    }

    @Override
    public void unlock() throws StorageException {
        requireHeld();
        over = true;
        try {
            Descriptors.unlock(descriptor);
            file.released();
        } catch (ErrnoException e) {
            file.close();
            throw StorageErrors.of(file.path(), e);
        }
    }

    @Override
    public void abandon() {
        if (!over) {
            over = true;
            file.close();
        }
    }

    private void requireHeld() {
        if (over || file.descriptor() != descriptor) {
            throw new IllegalStateException("the lock on " + file.path() + " has been let go already");
        }
    }
}
