package io.fleetcron.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextfileTest {

    @TempDir
    Path folder;

    @Test
    void isReplacedAsAWholeAndReadableByAll() throws IOException {
        Path file = folder.resolve("fleetcron.prom");
        write("one\n");
        Object first = Files.getAttribute(file, "unix:ino");
        write("two\n");

        assertEquals("two\n", Files.readString(file));
        assertTrue(
                !first.equals(Files.getAttribute(file, "unix:ino")), "written in place: a reader may see half of it");
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(List.of(file), all());
    }

    @Test
    void whatACrashLeftIsNoHindrance() throws IOException {
        Files.writeString(folder.resolve("fleetcron.prom.new"), "half");
        write("whole\n");

        assertEquals(List.of(folder.resolve("fleetcron.prom")), all());
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        Textfile file = new Textfile(folder.resolve("later/fleetcron.prom"));
        assertEquals(
                "the folder " + folder.resolve("later") + " does not exist; create it",
                assertThrows(IOException.class, () -> file.write(new byte[] {'\n'}))
                        .getMessage());
    }

    /** The folder belongs to the user of node_exporter, and the agent is root. */
    @Test
    void noLinkIsFollowed() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "untouched");
        Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(folder.resolve("fleetcron.prom"), victim);
        Files.createSymbolicLink(folder.resolve("fleetcron.prom.new"), victim);
        write("text\n");

        assertEquals("untouched", Files.readString(victim));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(victim)));
        assertTrue(Files.isRegularFile(folder.resolve("fleetcron.prom"), java.nio.file.LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aFolderThatIsNotThereIsNotMade() {
        assertThrows(
                IOException.class, () -> new Textfile(folder.resolve("none/fleetcron.prom")).write(new byte[] {'x'}));
        assertTrue(Files.notExists(folder.resolve("none")));
    }

    private void write(String text) throws IOException {
        new Textfile(folder.resolve("fleetcron.prom")).write(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
