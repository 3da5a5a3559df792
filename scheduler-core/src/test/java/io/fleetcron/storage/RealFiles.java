package io.fleetcron.storage;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Passes every call on to real files; a test overrides what it means to go wrong. */
public abstract class RealFiles implements SharedFiles {

    private final SharedFiles files;

    public RealFiles(SharedFiles files) {
        this.files = files;
    }

    @Override
    public Instant write(Path file, byte[] content) throws StorageException {
        return files.write(file, content);
    }

    @Override
    public Appender appender(Path file) throws StorageException {
        return files.appender(file);
    }

    @Override
    public InPlace inPlace(Path file) throws StorageException {
        return files.inPlace(file);
    }

    @Override
    public String createOnce(Path file, String content) throws StorageException {
        return files.createOnce(file, content);
    }

    @Override
    public Optional<String> read(Path file) throws StorageException {
        return files.read(file);
    }

    @Override
    public List<String> names(Path directory) throws StorageException {
        return files.names(directory);
    }

    @Override
    public void delete(Path file) throws StorageException {
        files.delete(file);
    }

    @Override
    public Optional<Beginning> beginning(Path file, int most) throws StorageException {
        return files.beginning(file, most);
    }

    @Override
    public void createDirectories(Path directory) throws StorageException {
        files.createDirectories(directory);
    }
}
