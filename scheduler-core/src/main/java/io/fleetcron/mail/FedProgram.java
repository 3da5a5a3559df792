package io.fleetcron.mail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of this host that reads something from its standard input. It reads a file and not a pipe, so that an agent that
 * ends does not cut it short. Immutable; blocks on the program.
 *
 * @param argv the program and its arguments
 * @param limit how long it may take before it is killed
 */
public record FedProgram(List<String> argv, Duration limit) {

    public FedProgram {
        argv = List.copyOf(argv);
    }

    /**
     * Runs it.
     *
     * @param input what it reads
     * @return what went wrong, in one line
     */
    public Optional<String> feed(Path input) {
        String program = argv.get(0);
        Path said = input.resolveSibling(input.getFileName() + ".said");
        try {
            Process process = start(input, said);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                return Optional.of(program + " did not end within " + limit.toSeconds() + " s and was killed");
            }
            return process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of(program + " ended with status " + process.exitValue() + firstLine(said));
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } finally {
            deleteQuietly(said);
        }
    }

    /** With an environment of its own: nothing of the agent's is that program's business. */
    private Process start(Path input, Path said) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv)
                .directory(Path.of("/").toFile())
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("HOME", System.getProperty("user.home", "/"));
        environment.put("LOGNAME", System.getProperty("user.name", "root"));
        environment.put("USER", System.getProperty("user.name", "root"));
        return builder.start();
    }

    private static String firstLine(Path said) {
        try (Stream<String> lines = Files.lines(said, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> !line.isBlank())
                    .findFirst()
                    .map(line -> ": " + line.strip())
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            return; // some bytes in a folder that nobody reads
        }
    }
}
