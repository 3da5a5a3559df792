package io.fleetcron.storage;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The small files beside the locks, of which each has one writer. On NFS they are written past the page cache: a
 * buffered write that waits for a cut-off server would make every process start of this process wait with it. Each call
 * may block indefinitely on a hung network file system. Thread-safe.
 */
public interface SharedFiles {

    /**
     * Writes {@code content} over the file's beginning and forces it to stable storage. Creates the file where it is
     * missing. What a longer content left behind stays: give lines of one size.
     *
     * @return the modification time that the server gave the file
     */
    Instant write(Path file, byte[] content) throws StorageException;

    /** Opens a file that this process alone writes, to add to its end. Creates the file where it is missing. */
    Appender appender(Path file) throws StorageException;

    /** Adds {@code content} at the end of a file that this process alone writes, and closes it. */
    default void append(Path file, byte[] content) throws StorageException {
        try (Appender appender = appender(file)) {
            appender.append(content);
        }
    }

    /** A file that is kept open, so that adding to it costs one write. One caller at a time. */
    interface Appender extends AutoCloseable {
        /** Adds {@code content} and forces it to stable storage. After an error, close it and open another. */
        void append(byte[] content) throws StorageException;

        /** How long the file is. */
        long end();

        @Override
        void close();
    }

    /** Opens a file of which several processes write a part each. Creates the file where it is missing. */
    InPlace inPlace(Path file) throws StorageException;

    /**
     * A file of parts that is kept open, so that a write or a read of all costs one operation. After an error, close it
     * and open it again. One caller at a time.
     */
    interface InPlace extends AutoCloseable {
        /** Writes a part and forces it to stable storage. */
        void write(long offset, byte[] content) throws StorageException;

        /** Reads from the beginning, afresh from the server: less than {@code most} bytes only if the file ends there. */
        byte[] read(int most) throws StorageException;

        /**
         * When anybody last wrote to it, by the server's clock, which is asked again after a write.
         *
         * @throws StorageException with ESTALE if the file has been deleted, so that the others know another one
         */
        Instant modified() throws StorageException;

        @Override
        void close();
    }

    /** The beginning of a file, up to 64 KiB, as UTF-8, read afresh from the server. Empty if no such file exists. */
    Optional<String> read(Path file) throws StorageException;

    /** Creates a file with that content unless it is there already; returns what it then holds. */
    String createOnce(Path file, String content) throws StorageException;

    /** The names in a directory, sorted, hidden ones left out; none if no such directory exists. */
    List<String> names(Path directory) throws StorageException;

    /** Removes a file, if it is there. */
    void delete(Path file) throws StorageException;

    /**
     * The beginning of a file, and how long it is.
     *
     * @param bytes not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Beginning(byte[] bytes, long size) {}

    /** Up to {@code most} bytes of a file; empty if no such file exists. */
    Optional<Beginning> beginning(Path file, int most) throws StorageException;

    /** Creates a directory and those above it where they are missing, for this user alone. */
    void createDirectories(Path directory) throws StorageException;
}
