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
 * The directory of one run: what it is ({@code run.json}, written by the agent before the start), which processes care
 * for it ({@code pids}), what the command wrote ({@code output}), how it ended ({@code exit}), what supervisor and guard
 * complain of ({@code log}). Each of the latter is there once there is something to keep.
 *
 * @param path the directory
 */
record RunDirectory(Path path) {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int MOST_COMPLAINT = 2048;

    Path output() {
        return path.resolve("output");
    }

    Path log() {
        return path.resolve("log");
    }

    void create() throws IOException {
        try {
            Files.createDirectory(path, PRIVATE);
        } catch (NoSuchFileException e) {
            Files.createDirectories(path.getParent(), PRIVATE);
            Files.createDirectory(path, PRIVATE);
        }
    }

    /** The note of a run that has not begun: nobody reads it yet. */
    void writeFirst(RunNote note) throws IOException {
        Files.writeString(path.resolve("run.json"), note.toJson());
    }

    void write(RunNote note) throws IOException {
        Path temporary = path.resolve("run.json.new");
        Files.writeString(temporary, note.toJson());
        Files.move(temporary, path.resolve("run.json"), StandardCopyOption.ATOMIC_MOVE);
    }

    Optional<RunNote> note() {
        return text("run.json").flatMap(RunNote::parse);
    }

    boolean isOfAnotherVersion() {
        return text("run.json").filter(RunNote::isOfAnotherVersion).isPresent();
    }

    /**
     * The processes that hold the run's lock: the supervisor and the guard, those that were noted last.
     *
     * @param boot the boot of this host in which the run began
     */
    List<ProcessId> holders(String boot) {
        List<String> lines =
                text("pids").map(String::lines).orElse(Stream.empty()).toList();
        return Stream.of("supervisor", "guard")
                .flatMap(role -> lines.stream()
                        .filter(line -> line.startsWith(role + " "))
                        .reduce((earlier, newer) -> newer)
                        .flatMap(line -> ProcessId.parse(line.substring(role.length() + 1), boot))
                        .stream())
                .toList();
    }

    private Optional<String> text(String name) {
        try {
            return Optional.of(Files.readString(path.resolve(name), StandardCharsets.UTF_8));
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

    /** What supervisor and guard complain of, made one line; the beginning, if it is long. */
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
}
