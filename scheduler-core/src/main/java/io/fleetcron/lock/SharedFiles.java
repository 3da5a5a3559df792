package io.fleetcron.lock;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The small files beside the locks, of which each has one writer. On NFS they are written past the page cache: a
 * buffered write that waits for a cut-off server would make every process start of this process wait with it. Each call
 * may block for ever on a hung network file system. Thread-safe.
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

    /** Creates a file with that content unless it is there already; returns what it then holds. */
    String createOnce(Path file, String content) throws StorageException;

    /** Creates a directory and those above it where they are missing, for this user alone. */
    void createDirectories(Path directory) throws StorageException;

    /** Every file of a directory with its content, read afresh from the server. Empty if there is no such directory. */
    List<Found> readAll(Path directory) throws StorageException;

    /**
     * A file that was read.
     *
     * @param name its name in the directory
     * @param modified by the server's clock
     * @param content its beginning, up to 64 KiB, as UTF-8
     */
    record Found(String name, Instant modified, String content) {}
}
