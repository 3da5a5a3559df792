package io.fleetcron.storage;

import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.ErrnoException;
import io.fleetcron.storage.SharedFiles.InPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** A file kept open for writes in place. One caller at a time. */
final class DirectInPlace implements InPlace {

    private final Path file;
    private final int descriptor;
    private boolean closed;

    DirectInPlace(Path file, int descriptor) {
        this.file = file;
        this.descriptor = descriptor;
    }

    @Override
    public void write(long offset, byte[] content) throws StorageException {
        try {
            Descriptors.write(descriptor, offset, content);
            Descriptors.fdatasync(descriptor);
        } catch (ErrnoException e) {
            throw StorageErrors.of(file, e);
        }
    }

    @Override
    public byte[] read(int most) throws StorageException {
        try {
            return Descriptors.readOnce(descriptor, 0, most);
        } catch (ErrnoException e) {
            throw StorageErrors.of(file, e);
        }
    }

    /** By the descriptor: a look at the path would ask the server for each folder on the way now and then. */
    @Override
    public Instant modified() throws StorageException {
        try {
            SharedRoot.Known known = SharedRoot.known(descriptor);
            if (known.names() > 0) {
                return known.modified();
            }
            throw new StorageException(file + ": somebody deleted it; it is made again", "ESTALE");
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw DirectFiles.failed(file, e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Descriptors.close(descriptor);
        }
    }
}
