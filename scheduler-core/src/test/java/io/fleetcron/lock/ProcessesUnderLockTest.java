package io.fleetcron.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.natives.Children;
import io.fleetcron.storage.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lock between real processes. */
@Timeout(60)
class ProcessesUnderLockTest {
    @TempDir
    Path directory;

    @Test
    void noUpdateIsLost() throws Exception {
        int processes = 4;
        int each = 250;
        List<Process> running = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
            running.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-XX:TieredStopAtLevel=1",
                            Contender.class.getName(),
                            directory.toString(),
                            Integer.toString(each))
                    .inheritIO()
                    .start());
        }
        for (Process process : running) {
            assertEquals(0, process.waitFor());
        }
        try (LockFile file = new FlockDirectory(directory, false).file("sum.lock")) {
            assertEquals((long) processes * each, Long.parseLong(new String(file.read(0, 8), UTF_8).trim()));
        }
    }

    @Test
    void aProcessThatInheritedTheDescriptorKeepsTheLock() throws Exception {
        LockDirectory locks = new FlockDirectory(directory, false);
        try (LockFile mine = locks.file("a.lock");
                LockFile other = locks.file("a.lock")) {
            HeldLock held = mine.tryLock().orElseThrow();
            int child = Children.spawn("/bin/sleep", List.of("sleep", "60"), Map.of(7, held.descriptor()));
            held.abandon();
            assertTrue(other.tryLock().isEmpty());
            try (LockFile adopter = locks.file("a.lock")) {
                HeldLock adopted = locks.adopt(adopter, child, 7);
                ProcessHandle.of(child).orElseThrow().destroyForcibly();
                assertEquals(128 + 9, Children.reap(child));
                assertTrue(other.tryLock().isEmpty(), "the adopter holds it");
                adopted.unlock();
            }
            assertTrue(other.tryLock().isPresent());
        }
    }

    @Test
    void unlockingTakesTheLockFromWhoeverInheritedIt() throws Exception {
        LockDirectory locks = new FlockDirectory(directory, false);
        try (LockFile mine = locks.file("a.lock");
                LockFile other = locks.file("a.lock")) {
            HeldLock held = mine.tryLock().orElseThrow();
            int child = Children.spawn("/bin/sleep", List.of("sleep", "60"), Map.of(3, held.descriptor()));
            held.unlock();
            assertTrue(other.tryLock().isPresent());
            ProcessHandle.of(child).orElseThrow().destroyForcibly();
            Children.reap(child);
        }
    }

    @Test
    void adoptingAnotherFileIsRefused() throws Exception {
        LockDirectory locks = new FlockDirectory(directory, false);
        try (LockFile mine = locks.file("a.lock");
                LockFile other = locks.file("b.lock")) {
            HeldLock held = mine.tryLock().orElseThrow();
            int child = Children.spawn("/bin/sleep", List.of("sleep", "60"), Map.of(3, held.descriptor()));
            assertEquals(0, other.read(0, 1).length);
            StorageException e = assertThrows(StorageException.class, () -> locks.adopt(other, child, 3));
            assertTrue(e.toString().contains("holds another file"), e.toString());
            ProcessHandle.of(child).orElseThrow().destroyForcibly();
            Children.reap(child);
        }
    }
}
