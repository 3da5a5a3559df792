package io.fleetcron.mail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The host's sendmail(8): a program that reads a message from its standard input. Immutable; blocks on the program.
 *
 * @param program where it is
 * @param limit how long it may take before it is killed
 */
public record Sendmail(Path program, Duration limit) {

    boolean isThere() {
        return Files.isExecutable(program) && !Files.isDirectory(program);
    }

    /**
     * Hands over a message.
     *
     * @return what went wrong, in one line
     */
    public Optional<String> send(Path message) {
        return new FedProgram(List.of(program.toString(), "-i", "-t"), limit).feed(message);
    }
}
