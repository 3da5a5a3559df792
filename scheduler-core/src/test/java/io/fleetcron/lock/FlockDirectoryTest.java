package io.fleetcron.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlockDirectoryTest extends LockFileContract {
    @TempDir
    Path directory;

    @Override
    LockDirectory agent() {
        return new FlockDirectory(directory, false);
    }

    @Test
    void touchesNothingBeforeTheFirstUse() throws Exception {
        LockFile file = agent().file("a.lock");
        assertFalse(Files.exists(directory.resolve("a.lock")));
        file.read(0, 1);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a.lock"))));
        file.close();
    }

    @Test
    void namesFileCallAndErrno() {
        LockFile file = new FlockDirectory(directory.resolve("unmounted"), false).file("a.lock");
        StorageException e = assertThrows(StorageException.class, file::tryLock);
        assertEquals("ENOENT", e.errno());
        String where = directory.resolve("unmounted/a.lock").toString();
        assertTrue(e.toString().contains(": " + where + ": open: ENOENT ("), e.toString());
        assertTrue(e.toString().contains("mounted?"), e.toString());
    }

    /** A lock on a file that the others do not lock excludes nobody. */
    @Test
    void refusesALockOnAFileThatIsNotInPlaceAnyMore() throws Exception {
        Path place = directory.resolve("a.lock");
        LockFile file = agent().file("a.lock");
        file.tryLock().orElseThrow().unlock();
        Files.move(place, directory.resolve("moved"));
        assertEquals(
                "ESTALE", assertThrows(StorageException.class, file::tryLock).errno());

        file.tryLock().orElseThrow().unlock(); // opened afresh: the file that is in place now
        Files.delete(place);
        Files.createFile(place);
        StorageException e = assertThrows(StorageException.class, file::tryLock);
        assertTrue(e.toString().contains("in its place"), e.toString());
        assertTrue(agent().file("a.lock").tryLock().isPresent());
        file.close();
    }

    @Test
    void recoversOnceTheDirectoryIsThere() throws Exception {
        LockFile file = new FlockDirectory(directory.resolve("late"), false).file("a.lock");
        assertThrows(StorageException.class, file::tryLock);
        Files.createDirectory(directory.resolve("late"));
        assertTrue(file.tryLock().isPresent());
        file.close();
    }

    @Test
    void adoptingFromAProcessThatIsGoneSaysSo() {
        LockFile file = agent().file("a.lock");
        StorageException e = assertThrows(StorageException.class, () -> agent().adopt(file, 0x3ffffffe, 3));
        assertEquals("ESRCH", e.errno());
        assertTrue(e.toString().contains("it has ended"), e.toString());
    }
}
