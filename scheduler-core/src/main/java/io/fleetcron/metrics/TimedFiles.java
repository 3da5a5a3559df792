package io.fleetcron.metrics;

import io.fleetcron.metrics.Stopwatch.Operation;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.StorageException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The small files of the shared directory, each operation timed. */
record TimedFiles(SharedFiles files, Stopwatch watch) implements SharedFiles {

    @Override
    public Instant write(Path file, byte[] content) throws StorageException {
        return watch.time(Operation.WRITE, () -> files.write(file, content));
    }

    @Override
    public Appender appender(Path file) throws StorageException {
        return new TimedAppender(watch.time(Operation.OPEN, () -> files.appender(file)), watch);
    }

    @Override
    public InPlace inPlace(Path file) throws StorageException {
        return new TimedInPlace(watch.time(Operation.OPEN, () -> files.inPlace(file)), watch);
    }

    @Override
    public Optional<String> read(Path file) throws StorageException {
        return watch.time(Operation.READ, () -> files.read(file));
    }

    @Override
    public String createOnce(Path file, String content) throws StorageException {
        return watch.time(Operation.WRITE, () -> files.createOnce(file, content));
    }

    @Override
    public List<String> names(Path directory) throws StorageException {
        return watch.time(Operation.LIST, () -> files.names(directory));
    }

    @Override
    public void delete(Path file) throws StorageException {
        watch.time(Operation.DELETE, () -> {
            files.delete(file);
            return file;
        });
    }

    @Override
    public Optional<Beginning> beginning(Path file, int most) throws StorageException {
        return watch.time(Operation.READ, () -> files.beginning(file, most));
    }

    @Override
    public void createDirectories(Path directory) throws StorageException {
        watch.time(Operation.WRITE, () -> {
            files.createDirectories(directory);
            return directory;
        });
    }

    private record TimedAppender(Appender appender, Stopwatch watch) implements Appender {
        @Override
        public void append(byte[] content) throws StorageException {
            watch.time(Operation.WRITE, () -> {
                appender.append(content);
                return content;
            });
        }

        @Override
        public long end() {
            return appender.end();
        }

        @Override
        public void close() {
            appender.close();
        }
    }

    private record TimedInPlace(InPlace file, Stopwatch watch) implements InPlace {
        @Override
        public void write(long offset, byte[] content) throws StorageException {
            watch.time(Operation.WRITE, () -> {
                file.write(offset, content);
                return content;
            });
        }

        @Override
        public byte[] read(int most) throws StorageException {
            return watch.time(Operation.READ, () -> file.read(most));
        }

        @Override
        public Instant modified() throws StorageException {
            return watch.time(Operation.READ, file::modified);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
