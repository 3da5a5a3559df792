package io.fleetcron.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.lock.FlockDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What root of another host may put at the paths of the shared directory. */
@Timeout(60)
class SharedRootTest {

    private static final int MALLORY = 61_234;
    private static final byte[] OURS = "ours\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private Path shared;
    private Path secret;
    private SharedRoot root;
    private DirectFiles files;

    @BeforeEach
    void make() throws IOException {
        shared = Files.createDirectories(folder.resolve("shared"));
        Files.createDirectories(shared.resolve("a"));
        secret = Files.writeString(folder.resolve("secret"), "secret\n");
        root = new SharedRoot(shared);
        files = new DirectFiles(root, false);
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    private void refused(Path file) throws IOException {
        for (StorageException e : List.of(
                assertThrows(StorageException.class, () -> files.write(file, OURS)),
                assertThrows(StorageException.class, () -> files.append(file, OURS)),
                assertThrows(StorageException.class, () -> files.inPlace(file)),
                assertThrows(StorageException.class, () -> files.read(file)),
                assertThrows(StorageException.class, () -> files.beginning(file, 10)),
                assertThrows(
                        StorageException.class,
                        () -> new FlockDirectory(root, parent(file), false)
                                .file(String.valueOf(file.getFileName()))
                                .tryLock()))) {
            assertTrue(e.toString().contains("; somebody wrote there"), e.toString());
            assertEquals(StorageException.PLANTED, e.errno());
        }
        assertThrows(PlantedFileException.class, () -> root.read(file, 0, 100));
        assertThrows(PlantedFileException.class, () -> root.lines(file, line -> {}));
        assertEquals("secret\n", Files.readString(secret));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "a/file"})
    void aLinkAtTheEndIsNotFollowed(String name) throws IOException {
        refused(Files.createSymbolicLink(shared.resolve(name), secret));
        Path other = Files.createSymbolicLink(shared.resolve("relative"), Path.of("../secret"));
        refused(other);
        refused(Files.createSymbolicLink(shared.resolve("inside"), Path.of("a/real")));
        refused(Files.createSymbolicLink(shared.resolve("nowhere"), folder.resolve("new")));
        assertFalse(Files.exists(folder.resolve("new")));
    }

    @Test
    void aLinkOnTheWayIsNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("file"), "theirs");
        Path link = Files.createSymbolicLink(shared.resolve("link"), elsewhere);

        refused(link.resolve("file"));
        refused(link.resolve("new"));

        for (Path directory : List.of(link, link.resolve("deeper"))) {
            assertThrows(StorageException.class, () -> files.createDirectories(directory));
            assertThrows(StorageException.class, () -> files.names(directory));
        }
        assertThrows(IOException.class, () -> root.serverTime(link));
        assertThrows(StorageException.class, () -> files.delete(link.resolve("file")));
        assertEquals("theirs", Files.readString(elsewhere.resolve("file")));
        try (var entries = Files.list(elsewhere)) {
            assertEquals(1, entries.count());
        }
    }

    @Test
    void aLinkIsRemovedAndNotWhatItLeadsTo() throws IOException {
        Path link = Files.createSymbolicLink(shared.resolve("link"), secret);

        files.delete(link);

        assertFalse(Files.isSymbolicLink(link));
        assertTrue(Files.exists(secret));
    }

    @Test
    void aPipeNeitherHangsNorIsRead() throws Exception {
        Path pipe = shared.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());

        refused(pipe);
    }

    /** Opening some devices does something to them: a watchdog begins to count, a tape winds back. A pipe shows it too. */
    @Test
    void whatIsNoFileIsNotEvenOpened() throws Exception {
        assumeTrue(!Mount.of(shared.toRealPath()).options().contains("nodev"), "the kernel opens no device here");
        Path pipe = shared.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Process writer = new ProcessBuilder("sh", "-c", "exec 3>\"$1\"", "sh", pipe.toString()).start();
        try {
            String waiting = "";
            for (int still = 0; still < 20; still++) {
                Thread.sleep(5);
                String now = waits(writer);
                still = now.equals(waiting) && now.startsWith("S") ? still : 0;
                waiting = now;
            }

            refused(pipe);

            assertEquals(waiting, waits(writer), "it still waits for somebody who opens the pipe");
            assertTrue(writer.isAlive());
        } finally {
            writer.destroyForcibly();
        }
    }

    /** The state of a process, and how often it has begun to wait. */
    private static String waits(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("State:") || line.startsWith("voluntary_ctxt_switches:"))
                .map(line -> line.replaceFirst("^State:\\s*", ""))
                .collect(Collectors.joining(" "));
    }

    @Test
    void aSecondNameOfAFileIsNoneOfOurs() throws IOException {
        Path link = shared.resolve("hard");
        Files.createLink(link, secret);

        assertThrows(StorageException.class, () -> files.write(link, OURS));
        assertThrows(StorageException.class, () -> files.append(link, OURS));
        assertThrows(PlantedFileException.class, () -> root.read(link, 0, 10));
        assertEquals("secret\n", Files.readString(secret));
    }

    @Test
    void aFileOfAnotherUserIsNoneOfOurs() throws IOException {
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")), "needs root");
        Path file = Files.writeString(shared.resolve("file"), "hers");
        Files.setAttribute(file, "unix:uid", MALLORY);

        refused(file);

        Files.setAttribute(shared, "unix:uid", MALLORY);
        assertArrayEquals("hers".getBytes(StandardCharsets.UTF_8), root.read(file, 0, 10), "whose fleet it is");
    }

    @Test
    void whatIsOursWorks() throws IOException {
        files.createDirectories(shared.resolve("x/y/z"));
        Path file = shared.resolve("x/y/z/file");
        files.write(file, OURS);
        files.append(file, OURS);

        assertEquals("ours\nours\n", files.read(file).orElseThrow());
        assertEquals(List.of("file"), files.names(parent(file)));
        List<String> lines = new ArrayList<>();
        root.lines(file, lines::add);
        assertEquals(List.of("ours", "ours"), lines);
        files.delete(file);
        assertEquals(List.of(), files.names(parent(file)));
        assertThrows(NoSuchFileException.class, () -> root.read(file, 0, 1));
        assertEquals("{}", files.createOnce(shared.resolve("once"), "{}"));
        assertEquals("{}", files.createOnce(shared.resolve("once"), "[]"));
    }

    @Test
    void aFileOfHolesIsNotReadToItsEnd() throws IOException {
        Path file = shared.resolve("holes");
        try (RandomAccessFile holes = new RandomAccessFile(file.toFile(), "rw")) {
            holes.setLength(1L << 40);
        }

        List<String> lines = new ArrayList<>();
        root.lines(file, lines::add);

        assertEquals(List.of(), lines);
        assertEquals(1000, root.read(file, 0, 1000).length);
    }
}
