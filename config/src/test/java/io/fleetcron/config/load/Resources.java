package io.fleetcron.config.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The test's YAML files, named relative to the module as an operator would name them. */
final class Resources {
    private static final Path ROOT = Path.of("src/test/resources");

    private Resources() {}

    static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    static Path file(String name) {
        return ROOT.resolve(name);
    }

    static String text(Path file) throws IOException {
        return Files.readString(file);
    }
}
