package io.fleetcron.storage;

import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.Errno;
import io.fleetcron.natives.ErrnoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link SharedFiles} by plain descriptors, on NFS with O_DIRECT. Immutable and thread-safe. */
public final class DirectFiles implements SharedFiles {

    private static final int LIMIT = 64 * 1024;

    /** A file that is written under another name first has both for a moment, see {@link #createOnce}. */
    private static final int NAMES_WHILE_CREATED = 2;

    private final SharedRoot root;
    private final boolean direct;

    /**
     * @param root the directory that all files are below
     * @param direct open with O_DIRECT, as NFS needs and many local file systems refuse
     */
    public DirectFiles(SharedRoot root, boolean direct) {
        this.root = root;
        this.direct = direct;
    }

    @Override
    public Instant write(Path file, byte[] content) throws StorageException {
        try {
            return put(file, content);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private Instant put(Path file, byte[] content) throws IOException {
        int descriptor = openOrCreate(file);
        try {
            Descriptors.write(descriptor, 0, content);
            Descriptors.fdatasync(descriptor);
            return SharedRoot.known(descriptor).modified();
        } finally {
            Descriptors.close(descriptor);
        }
    }

    @Override
    public Appender appender(Path file) throws StorageException {
        try {
            int descriptor = openOrCreate(file);
            try {
                return new DirectAppender(
                        file, descriptor, SharedRoot.known(descriptor).size());
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
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private int openOrCreate(Path file) throws IOException {
        try {
            return root.openToWrite(file, direct);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        try {
            return root.create(file, direct);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EEXIST) {
                return root.openToWrite(file, direct);
            }
            throw e;
        }
    }

    /** Written under another name first and then linked: nobody ever reads half of it. */
    @Override
    public String createOnce(Path file, String content) throws StorageException {
        Path draft = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            if (!root.exists(file)) {
                put(draft, content.getBytes(StandardCharsets.UTF_8));
                root.link(file, draft);
            }
        } catch (FileAlreadyExistsException e) {
            return content(file); // another was faster
        } catch (IOException e) {
            throw failed(file, e);
        } finally {
            deleteQuietly(draft);
        }
        return content(file);
    }

    private void deleteQuietly(Path draft) {
        try {
            root.delete(draft);
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
            int descriptor = root.openToRead(file, direct, NAMES_WHILE_CREATED);
            try {
                return Optional.of(new String(Descriptors.readOnce(descriptor, 0, LIMIT), StandardCharsets.UTF_8));
            } finally {
                Descriptors.close(descriptor);
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    @Override
    public List<String> names(Path directory) throws StorageException {
        try {
            return root.names(directory);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    @Override
    public void delete(Path file) throws StorageException {
        try {
            root.delete(file);
        } catch (NoSuchFileException e) {
            return; // with its directory
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    @Override
    public Optional<Beginning> beginning(Path file, int most) throws StorageException {
        try {
            return Optional.of(new Beginning(root.read(file, 0, most), root.size(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    @Override
    public void createDirectories(Path directory) throws StorageException {
        try {
            root.createDirectories(directory);
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    public static StorageException failed(Path file, IOException cause) {
        if (cause instanceof ErrnoException e) {
            return StorageErrors.of(file, e);
        }
        if (cause instanceof StorageException known) {
            return known;
        }
        if (cause instanceof PlantedFileException) {
            return new StorageException(String.valueOf(cause.getMessage()), StorageException.PLANTED);
        }
        String errno = cause instanceof AccessDeniedException
                ? "EACCES"
                : cause instanceof NotDirectoryException ? "ENOTDIR" : "EIO";
        return new StorageException(file + ": " + cause, errno);
    }
}
