package io.fleetcron.lock;

import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.Errno;
import io.fleetcron.natives.ErrnoException;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.FileIdentity;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** One file under flock(2). Opened at its first use and kept open. One caller at a time. */
final class FlockFile implements LockFile {
    private static final int CLOSED = -1;

    private final SharedRoot root;
    private final Path path;
    private final boolean direct;
    private int descriptor = CLOSED;
    private boolean held;

    FlockFile(SharedRoot root, Path path, boolean direct) {
        this.root = root;
        this.path = path;
        this.direct = direct;
    }

    @Override
    public Optional<HeldLock> tryLock() throws StorageException {
        if (held) {
            // flock(2) would grant it again: to the kernel the descriptor asks for what it has.
            throw new IllegalStateException("the lock on " + path + " is held already, by this very object");
        }
        try {
            if (!Descriptors.tryLock(opened())) {
                return Optional.empty();
            }
        } catch (IOException e) {
            close(); // the descriptor is in doubt; the next try opens afresh
            throw DirectFiles.failed(path, e);
        }
        checkStillInPlace();
        return Optional.of(hold());
    }

    /**
     * Others lock what the path names: a lock on anything else excludes nobody. Costs no operation on NFS, so that it may
     * be noticed only as late as the client notices a changed directory; until then the ledger's contents tell.
     */
    private void checkStillInPlace() throws StorageException {
        try {
            if (!FileIdentity.of(descriptor).equals(FileIdentity.of(path))) {
                throw new StorageException(path + ": another file has been put in its place", "ESTALE");
            }
        } catch (NoSuchFileException e) {
            close();
            throw new StorageException(
                    path + ": it was deleted or moved away while this process had it open", "ESTALE");
        } catch (StorageException e) {
            close();
            throw e;
        } catch (IOException e) {
            close();
            throw DirectFiles.failed(path, e);
        }
    }

    @Override
    public byte[] read(long offset, int length) throws StorageException {
        try {
            return Descriptors.read(opened(), offset, length);
        } catch (IOException e) {
            throw DirectFiles.failed(path, e);
        }
    }

    @Override
    public void close() {
        if (descriptor != CLOSED) {
            Descriptors.close(descriptor);
            descriptor = CLOSED;
        }
        held = false;
    }

    @Override
    public String toString() {
        return path.toString();
    }

    Path path() {
        return path;
    }

    int descriptor() {
        return descriptor;
    }

    HeldLock adopted(int shared) {
        close();
        descriptor = shared;
        return hold();
    }

    void released() {
        held = false;
    }

    private HeldLock hold() {
        held = true;
        return new FlockHeld(this);
    }

    private int opened() throws IOException {
        if (descriptor == CLOSED) {
            descriptor = openOrCreate();
        }
        return descriptor;
    }

    private int openOrCreate() throws IOException {
        try {
            return root.openToWrite(path, direct);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        try {
            return create();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EEXIST) { // another instance was faster
                return root.openToWrite(path, direct);
            }
            throw e;
        }
    }

    private int create() throws IOException {
        int created = root.create(path, direct);
        try {
            // A power cut must not forget a file that already settles fires.
            root.syncDirectory(Objects.requireNonNull(path.getParent()));
            return created;
        } catch (IOException e) {
            Descriptors.close(created);
            throw e;
        }
    }
}
