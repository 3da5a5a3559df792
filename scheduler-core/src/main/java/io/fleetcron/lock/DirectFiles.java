package io.fleetcron.lock;

import io.fleetcron.lock.natives.Descriptors;
import io.fleetcron.lock.natives.Errno;
import io.fleetcron.lock.natives.ErrnoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** {@link SharedFiles} by plain descriptors, on NFS with O_DIRECT. Immutable and thread-safe. */
public final class DirectFiles implements SharedFiles {

    private static final int LIMIT = 64 * 1024;

    private final boolean direct;

    /**
     * @param direct open with O_DIRECT, as NFS needs and many local file systems refuse
     */
    public DirectFiles(boolean direct) {
        this.direct = direct;
    }

    @Override
    public Instant write(Path file, byte[] content) throws StorageException {
        try {
            int descriptor = openOrCreate(file);
            try {
                Descriptors.write(descriptor, 0, content);
                Descriptors.fdatasync(descriptor);
            } finally {
                Descriptors.close(descriptor);
            }
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    @Override
    public Appender appender(Path file) throws StorageException {
        try {
            int descriptor = openOrCreate(file);
            try {
                return new DirectAppender(file, descriptor, Files.size(file));
            } catch (IOException e) {
                Descriptors.close(descriptor);
                throw e;
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static final class DirectAppender implements Appender {
        private final Path file;
        private final int descriptor;
        private long end;
        private boolean closed;

        DirectAppender(Path file, int descriptor, long end) {
            this.file = file;
            this.descriptor = descriptor;
            this.end = end;
        }

        @Override
        public void append(byte[] content) throws StorageException {
            try {
                Descriptors.write(descriptor, end, content);
                Descriptors.fdatasync(descriptor);
                end += content.length;
            } catch (ErrnoException e) {
                throw failed(file, e);
            }
        }

        @Override
        public long end() {
            return end;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                Descriptors.close(descriptor);
            }
        }
    }

    @Override
    public InPlace inPlace(Path file) throws StorageException {
        try {
            return new DirectInPlace(file, openOrCreate(file));
        } catch (ErrnoException e) {
            throw failed(file, e);
        }
    }

    private int openOrCreate(Path file) throws ErrnoException {
        try {
            return Descriptors.open(file, direct);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        try {
            return Descriptors.create(file, direct);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EEXIST) {
                return Descriptors.open(file, direct);
            }
            throw e;
        }
    }

    /** Written under another name first and then linked: nobody ever reads half of it. */
    @Override
    public String createOnce(Path file, String content) throws StorageException {
        Path draft = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            if (!Files.exists(file)) {
                write(draft, content.getBytes(StandardCharsets.UTF_8));
                Files.createLink(file, draft);
            }
        } catch (FileAlreadyExistsException e) {
            return content(file); // another was faster
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw failed(file, e);
        } finally {
            deleteQuietly(draft);
        }
        return content(file);
    }

    private static void deleteQuietly(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            return; // a leftover of a few bytes that no reader takes for anything
        }
    }

    private String content(Path file) throws StorageException {
        return read(file)
                .orElseThrow(() -> new StorageException(file + ": it was there just now, and is gone", "ENOENT"));
    }

    @Override
    public Optional<String> read(Path file) throws StorageException {
        try {
            int descriptor = Descriptors.open(file, direct);
            try {
                return Optional.of(new String(Descriptors.readOnce(descriptor, 0, LIMIT), StandardCharsets.UTF_8));
            } finally {
                Descriptors.close(descriptor);
            }
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw failed(file, e);
        }
    }

    @Override
    public void createDirectories(Path directory) throws StorageException {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    static StorageException failed(Path file, IOException cause) {
        if (cause instanceof ErrnoException e) {
            return StorageErrors.of(file, e);
        }
        String errno = cause instanceof AccessDeniedException ? "EACCES" : "EIO";
        return new StorageException(file + ": " + cause, errno);
    }
}
