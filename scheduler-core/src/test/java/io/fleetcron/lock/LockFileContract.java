package io.fleetcron.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What every implementation of the lock's port must do, as seen by two agents with one directory. */
abstract class LockFileContract {
    /** One agent's view of the directory; each call is another agent with the same directory. */
    abstract LockDirectory agent() throws Exception;

    @Test
    void excludesTheOtherAgentUntilItUnlocks() throws Exception {
        try (LockFile mine = agent().file("a.lock");
                LockFile theirs = agent().file("a.lock")) {
            HeldLock held = mine.tryLock().orElseThrow();
            assertTrue(theirs.tryLock().isEmpty());
            held.unlock();
            theirs.tryLock().orElseThrow().unlock();
        }
    }

    @Test
    void locksOfDifferentFilesAreIndependent() throws Exception {
        LockDirectory agent = agent();
        try (LockFile a = agent.file("a.lock");
                LockFile b = agent().file("b.lock")) {
            assertTrue(a.tryLock().isPresent());
            assertTrue(b.tryLock().isPresent());
        }
    }

    @Test
    void locksAgainAndAgainOnOneOpenFile() throws Exception {
        try (LockFile mine = agent().file("a.lock");
                LockFile theirs = agent().file("a.lock")) {
            for (int i = 0; i < 100; i++) {
                HeldLock held = (i % 2 == 0 ? mine : theirs).tryLock().orElseThrow();
                held.unlock();
            }
        }
    }

    @Test
    void readsWhatTheOtherAgentWrote() throws Exception {
        try (LockFile mine = agent().file("a.lock");
                LockFile theirs = agent().file("a.lock")) {
            HeldLock held = mine.tryLock().orElseThrow();
            held.write(4096, "hello".getBytes(UTF_8));
            assertArrayEquals("hello".getBytes(UTF_8), held.read(4096, 5));
            assertArrayEquals("hello".getBytes(UTF_8), theirs.read(4096, 100));
            held.unlock();
            HeldLock next = theirs.tryLock().orElseThrow();
            assertArrayEquals("ello".getBytes(UTF_8), next.read(4097, 100));
        }
    }

    @Test
    void readsNothingPastTheEnd() throws Exception {
        try (LockFile mine = agent().file("a.lock")) {
            assertEquals(0, mine.read(0, 512).length);
            HeldLock held = mine.tryLock().orElseThrow();
            held.write(10, new byte[] {7});
            assertEquals(0, held.read(11, 512).length);
            assertArrayEquals(new byte[11 - 1], held.read(0, 10));
        }
    }

    @Test
    void overwritesInPlace() throws Exception {
        try (LockFile mine = agent().file("a.lock")) {
            HeldLock held = mine.tryLock().orElseThrow();
            held.write(0, "aaaaaa".getBytes(UTF_8));
            held.write(2, "bb".getBytes(UTF_8));
            assertArrayEquals("aabbaa".getBytes(UTF_8), held.read(0, 100));
        }
    }

    @Test
    void aHandleWorksOnce() throws Exception {
        try (LockFile mine = agent().file("a.lock")) {
            HeldLock held = mine.tryLock().orElseThrow();
            held.unlock();
            assertThrows(IllegalStateException.class, held::unlock);
            assertThrows(IllegalStateException.class, () -> held.read(0, 1));
            assertThrows(IllegalStateException.class, () -> held.write(0, new byte[1]));
            assertThrows(IllegalStateException.class, held::descriptor);
            held.abandon();
        }
    }

    @Test
    void anOldHandleDoesNotWorkUnderANewLock() throws Exception {
        try (LockFile mine = agent().file("a.lock")) {
            HeldLock old = mine.tryLock().orElseThrow();
            old.unlock();
            HeldLock held = mine.tryLock().orElseThrow();
            old.abandon();
            assertThrows(IllegalStateException.class, old::unlock);
            held.unlock();
        }
    }

    @Test
    void refusesToLockWhatItHolds() throws Exception {
        try (LockFile mine = agent().file("a.lock")) {
            assertTrue(mine.tryLock().isPresent());
            assertThrows(IllegalStateException.class, mine::tryLock);
        }
    }

    @Test
    void anAbandonedLockIsFreeWhereNobodyInheritedIt() throws Exception {
        try (LockFile mine = agent().file("a.lock");
                LockFile theirs = agent().file("a.lock")) {
            mine.tryLock().orElseThrow().abandon();
            HeldLock held = theirs.tryLock().orElseThrow();
            assertFalse(mine.tryLock().isPresent());
            held.unlock();
            assertTrue(mine.tryLock().isPresent());
        }
    }

    @Test
    void closingLetsGo() throws Exception {
        LockFile mine = agent().file("a.lock");
        assertTrue(mine.tryLock().isPresent());
        mine.close();
        mine.close();
        try (LockFile theirs = agent().file("a.lock")) {
            assertTrue(theirs.tryLock().isPresent());
        }
    }
}
