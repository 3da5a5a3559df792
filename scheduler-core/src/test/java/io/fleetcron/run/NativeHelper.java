package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compiles the C programs that tests need, from {@code src/test/c}, with the compiler that the build needs anyway. */
final class NativeHelper {
    static final Path SOURCES = Path.of("src/main/c");
    private static final Path HELPERS = Path.of("src/test/c");

    private NativeHelper() {}

    /**
     * Compiles one helper.
     *
     * @param into the folder for the program
     * @param options options and further sources for the compiler
     * @return the program
     */
    static Path compile(Path into, String name, String... options) throws Exception {
        Path program = into.resolve(name);
        List<String> command = new ArrayList<>(List.of(
                "cc",
                "-std=c17",
                "-D_GNU_SOURCE",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-I" + SOURCES,
                "-o",
                program.toString(),
                HELPERS.resolve(name + ".c").toString()));
        command.addAll(List.of(options));
        Result result = run(new byte[0], command);
        assertEquals(new Result(0, ""), result, name + ".c compiles without a warning");
        return program;
    }

    /** Runs a program to its end. */
    static Result run(byte[] input, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException e) {
            // it has ended without reading all of it, and its status says why
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    /** All C files of the supervisor. */
    static List<String> supervisorSources() throws IOException {
        try (var files = Files.list(SOURCES)) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".c"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * How a program ended.
     *
     * @param output both streams
     */
    record Result(int status, String output) {}
}
