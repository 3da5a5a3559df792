package io.fleetcron.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fleetcron.natives.Descriptors;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileIdentityTest {

    @TempDir
    Path directory;

    @Test
    void isTheFileAndNotItsName() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        int descriptor = Descriptors.open(file, false);
        try {
            FileIdentity identity = FileIdentity.of(descriptor);
            assertEquals(Files.getAttribute(file, "unix:ino"), identity.inode());
            assertEquals(identity, FileIdentity.of(file));

            Path moved = Files.move(file, directory.resolve("moved"));
            assertEquals(identity, FileIdentity.of(moved));
            Files.createFile(file);
            assertNotEquals(identity, FileIdentity.of(file));
            Files.delete(moved);
            assertEquals(identity, FileIdentity.of(descriptor));
        } finally {
            Descriptors.close(descriptor);
        }
    }

    @Test
    void tellsFileSystemsApart() throws Exception {
        assertNotEquals(
                FileIdentity.of(directory).device(),
                FileIdentity.of(Path.of("/proc/self/stat")).device());
    }

    @Test
    void ofALinkIsTheLink() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertNotEquals(FileIdentity.of(file), FileIdentity.of(link));
    }

    @Test
    void ofNothingIsAnError() {
        assertThrows(NoSuchFileException.class, () -> FileIdentity.of(directory.resolve("absent")));
    }
}
