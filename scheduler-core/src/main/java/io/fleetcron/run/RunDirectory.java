package io.fleetcron.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory of one run: what it is ({@code run.json}), what supervisor and guard tell each other ({@code state},
 * {@code guard}, {@code good}, {@code alive}), how it ended ({@code exit}) and that it has ({@code bell}), what the
 * command is to read ({@code stdin}) and has said ({@code output}), and the supervisor itself ({@code log}).
 *
 * @param path the directory
 */
record RunDirectory(Path path) {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int NOTE_LENGTH = 128;
    private static final int MOST_COMPLAINT = 2048;

    Path output() {
        return path.resolve("output");
    }

    /** The named pipe by which the supervisor says that the run is over, while it waits with the lock. */
    Path bell() {
        return path.resolve("bell");
    }

    Path log() {
        return path.resolve("log");
    }

    /** Makes the directory with every file that the supervisor will overwrite: a disk full later cannot stop it. */
    void create(Processes processes) throws IOException {
        Files.createDirectories(path.getParent(), PRIVATE);
        Files.createDirectory(path, PRIVATE);
        Files.writeString(path.resolve("state"), blank(NOTE_LENGTH));
        Files.writeString(path.resolve("guard"), blank(NOTE_LENGTH));
        Files.writeString(path.resolve("good"), blank(NOTE_LENGTH));
        Files.writeString(path.resolve("exit"), blank(ExitRecord.LENGTH));
        Files.writeString(output(), "");
        // The directory is private, so this pipe need not be: the command's user may open /dev/stderr.
        processes.makePipe(path.resolve("pipe"), 0666);
        processes.makePipe(path.resolve("alive"), 0600);
        processes.makePipe(bell(), 0600);
    }

    /** What the command reads from its standard input. The directory is private, so that the command's user may open it. */
    void writeStdin(String text) throws IOException {
        Path file = path.resolve("stdin");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    void write(RunNote note) throws IOException {
        Path temporary = path.resolve("run.json.new");
        Files.writeString(temporary, note.toJson());
        Files.move(temporary, path.resolve("run.json"), StandardCopyOption.ATOMIC_MOVE);
    }

    Optional<RunNote> note() {
        try {
            return RunNote.parse(Files.readString(path.resolve("run.json"), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void write(ExitRecord end) throws IOException {
        Files.write(path.resolve("exit"), end.toBytes());
    }

    Optional<RunEnd> end(long token) {
        try {
            return ExitRecord.parse(Files.readAllBytes(path.resolve("exit")))
                    .filter(exit -> exit.token() == token)
                    .map(ExitRecord::end);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What the supervisor and its tools wrote to their error output, made one line; the beginning, if it is long. */
    Optional<String> complaint() {
        try (InputStream in = Files.newInputStream(log())) {
            String said = new String(in.readNBytes(MOST_COMPLAINT), StandardCharsets.UTF_8);
            return Optional.of(said.strip().replaceAll("\\s*\n\\s*", " | ")).filter(text -> !text.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void delete() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(path)) {
            files = found.toList();
        } catch (NoSuchFileException e) {
            return;
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(path);
    }

    private static String blank(int length) {
        return " ".repeat(length - 1) + "\n";
    }
}
