package io.fleetcron.observe;

import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Listings of directories that others change in the meantime. */
final class DirectoryListing {

    private DirectoryListing() {}

    /** What is in a directory of this host, sorted, hidden entries left out; empty if no such directory exists. */
    static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> !name(entry).startsWith("."))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause() == null ? new IOException(e) : e.getCause();
        }
    }

    /** The names in a directory that other hosts write, sorted; none if no such directory exists. */
    static List<String> names(SharedRoot root, Path directory) throws IOException {
        try {
            return root.names(directory);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }

    static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
