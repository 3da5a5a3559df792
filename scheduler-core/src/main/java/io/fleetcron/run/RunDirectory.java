package io.fleetcron.run;

import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
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
    private static final int NOTE_LENGTH = 1024; // of nearly every note, so that one fits over another
    private static final List<String> REMOVED = List.of("output", "log", "logged");

    Path output() {
        return path.resolve("output");
    }

    Path log() {
        return path.resolve("log");
    }

    /** Takes the place of a directory that served another run and was emptied. */
    void replace(Path free) throws IOException {
        Files.move(free, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Removes what the next run must not find, and gives the directory a name that says that it is free. What every run has
     * stays, as creating and deleting files is the most expensive thing that a run asks of a local disk. The output goes:
     * somebody may be reading it still.
     */
    void release(Path free) throws IOException {
        for (String name : REMOVED) {
            Path file = path.resolve(name);
            if (file.toFile()
                    .exists()) { // after most runs none is there, and an exception costs more than the question
                Files.deleteIfExists(file);
            }
        }
        Files.move(path, free, StandardCopyOption.ATOMIC_MOVE);
    }

    void create() throws IOException {
        try {
            Files.createDirectory(path, PRIVATE);
        } catch (NoSuchFileException e) {
            Files.createDirectories(path.getParent(), PRIVATE);
            Files.createDirectory(path, PRIVATE);
        }
    }

    /**
     * The note of a run that has not begun, for {@link #writeFirst}. Its last byte is written, so that it is known that the
     * others can be: that waits while the file system is frozen, and fails where it is full or read-only.
     */
    FileChannel openNote() throws IOException {
        FileChannel file =
                FileChannel.open(path.resolve("run.json"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            file.write(ByteBuffer.wrap(new byte[] {'\n'}), NOTE_LENGTH - 1L);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Writes the note of a run that has not begun, over that of an earlier run: nobody reads it yet. */
    static void writeFirst(FileChannel file, RunRecord note) throws IOException {
        byte[] text = note.toJson().getBytes(StandardCharsets.UTF_8);
        ByteBuffer whole = ByteBuffer.wrap(Arrays.copyOf(text, Math.max(text.length, NOTE_LENGTH)));
        Arrays.fill(whole.array(), text.length, whole.capacity(), (byte) '\n');
        file.write(whole, 0);
        if (file.size() > whole.capacity()) {
            file.truncate(whole.capacity());
        }
    }

    void write(RunRecord note) throws IOException {
        Path temporary = path.resolve("run.json.new");
        Files.writeString(temporary, note.toJson());
        Files.move(temporary, path.resolve("run.json"), StandardCopyOption.ATOMIC_MOVE);
    }

    Optional<RunRecord> note() {
        return text("run.json").flatMap(RunRecord::parse);
    }

    boolean isOfAnotherVersion() {
        return text("run.json").filter(RunRecord::isOfAnotherVersion).isPresent();
    }

    /**
     * The processes that hold the run's lock: the supervisor and the newest guard.
     *
     * @param boot the boot of this host in which the run began
     */
    List<ProcessId> holders(String boot) {
        List<String> lines =
                text("pids").map(String::lines).orElse(Stream.empty()).toList();
        return Stream.of("supervisor ", "guard ")
                .flatMap(role -> lines.stream()
                        .filter(line -> line.startsWith(role))
                        .flatMap(line ->
                                ProcessId.parse(line.substring(role.length()).strip(), boot).stream()))
                .toList();
    }

    private Optional<String> text(String name) {
        try {
            return Optional.of(Files.readString(path.resolve(name), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The run never began: its output is the reason. */
    void writeRefusal(String reason) throws IOException {
        Files.writeString(output(), "fleetcron: " + reason + "\n");
    }

    void write(ExitRecord end) throws IOException {
        Files.write(path.resolve("exit"), end.toBytes());
    }

    /** How that run ended: the directory may still hold the record of an earlier one. */
    Optional<RunEnd> end(RunId run) {
        try {
            return ExitRecord.parse(Files.readAllBytes(path.resolve("exit")))
                    .filter(exit -> exit.isOf(run.fire(), run.token()))
                    .map(ExitRecord::end);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What supervisor and guard complain of, made one line; the beginning, if it is long. */
    Optional<String> complaint() {
        if (!log().toFile().exists()) { // as after nearly every run: an exception would cost more than the question
            return Optional.empty();
        }
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
