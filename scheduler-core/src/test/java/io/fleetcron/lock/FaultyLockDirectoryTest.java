package io.fleetcron.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.lock.FaultyLockDirectory.Crashes;
import io.fleetcron.lock.FaultyLockDirectory.CrashesAfter;
import io.fleetcron.lock.FaultyLockDirectory.Fails;
import io.fleetcron.lock.FaultyLockDirectory.Fault;
import io.fleetcron.lock.FaultyLockDirectory.SimulatedCrash;
import io.fleetcron.storage.StorageException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a fault it keeps the contract; with one it does exactly that one. */
class FaultyLockDirectoryTest extends LockFileContract {
    @TempDir
    Path directory;

    @Override
    LockDirectory agent() {
        return faulty(Integer.MAX_VALUE, new Fails("EIO"));
    }

    @Test
    void failsOnceAndGoesOn() throws Exception {
        LockFile file = faulty(2, new Fails("EDQUOT")).file("a.lock");
        HeldLock held = file.tryLock().orElseThrow();
        StorageException e = assertThrows(StorageException.class, () -> held.write(0, "new".getBytes(UTF_8)));
        assertEquals("EDQUOT", e.errno());
        held.unlock();
        assertEquals("", content());
        file.close();
    }

    @Test
    void tearsAWriteAndDies() throws Exception {
        FaultyLockDirectory faulty = faulty(2, new Crashes(2));
        LockFile file = faulty.file("a.lock");
        HeldLock held = file.tryLock().orElseThrow();
        assertThrows(SimulatedCrash.class, () -> held.write(0, "new".getBytes(UTF_8)));
        assertThrows(SimulatedCrash.class, held::unlock);
        assertThrows(SimulatedCrash.class, file::tryLock);
        assertEquals("ne", content());
        assertEquals(2, faulty.operations());
        assertTrue(new FlockDirectory(directory, false).file("a.lock").tryLock().isPresent(), "death lets go");
    }

    @Test
    void diesAfterTheWrite() throws Exception {
        HeldLock held = faulty(2, new CrashesAfter()).file("a.lock").tryLock().orElseThrow();
        assertThrows(SimulatedCrash.class, () -> held.write(0, "new".getBytes(UTF_8)));
        assertEquals("new", content());
    }

    private FaultyLockDirectory faulty(int at, Fault fault) {
        return new FaultyLockDirectory(new FlockDirectory(directory, false), at, fault);
    }

    private String content() throws StorageException {
        try (LockFile file = new FlockDirectory(directory, false).file("a.lock")) {
            return new String(file.read(0, 100), UTF_8);
        }
    }
}
