package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The product with a few lines of its sources changed: a program that a fleet meets and this build is not. */
final class ChangedProgram {

    private static final Path SOURCES = Path.of("src/main/java/io/fleetcron");

    private final Path folder;
    private final List<Path> sources = new ArrayList<>();

    ChangedProgram(Path folder) {
        this.folder = folder;
    }

    /**
     * Changes a source file, or takes it as it is, so that it is compiled against changed constants.
     *
     * @param pairs what is to be replaced, each followed by what it becomes
     */
    ChangedProgram with(String source, String... pairs) throws IOException {
        String text = Files.readString(SOURCES.resolve(source));
        for (int i = 0; i < pairs.length; i += 2) {
            assertTrue(text.contains(pairs[i]), source + " has no " + pairs[i]);
            text = text.replace(pairs[i], pairs[i + 1]);
        }
        Path copy = folder.resolve("sources").resolve(source);
        Files.createDirectories(copy.getParent());
        sources.add(Files.writeString(copy, text));
        return this;
    }

    /** The classes that differ from the product's. */
    Path compile() throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            assertTrue(compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call());
        }
        return classes;
    }
}
