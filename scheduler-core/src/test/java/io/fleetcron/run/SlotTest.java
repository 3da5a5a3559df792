package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockFile;
import io.fleetcron.natives.Descriptors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that also holds a slot of its job's group. */
@Timeout(60)
@Slow
class SlotTest {
    @TempDir
    Path dir;

    private RunHarness harness;
    private LockFile file;
    private HeldLock slot;

    @BeforeEach
    void open() throws Exception {
        harness = new RunHarness(dir);
        file = harness.locks.file("slot.lock");
        slot = file.tryLock().orElseThrow();
    }

    @AfterEach
    void close() throws Exception {
        file.close();
        harness.close();
    }

    private Run start(String line, Optional<Long> lease, int descriptor) throws Exception {
        RunHarness.Builder command = harness.shell(line);
        lease.ifPresent(command::lease);
        RunSpec spec = command.spec();
        return harness.launcher.start(harness.withSlot(spec, new RunSpec.Slot("slot.lock", descriptor)));
    }

    private boolean isFree() throws Exception {
        try (LockFile other = harness.locks.file("slot.lock")) {
            return other.tryLock().isPresent();
        }
    }

    @Test
    void supervisorAndGuardHoldItAndTheCommandDoesNotSeeIt() throws Exception {
        Run run = start(
                "ls /proc/self/fd | tr '\\n' ' '; echo ready; read go < " + fifo(),
                Optional.empty(),
                slot.descriptor());
        harness.awaitOutput(run, "ready");
        slot.abandon();

        assertFalse(isFree(), "this process holds it no more");
        for (String role : List.of("guard", "supervisor")) {
            Path held = Path.of("/proc/" + harness.process(role) + "/fd/7");
            assertEquals(dir.resolve("slot.lock").toRealPath(), Files.readSymbolicLink(held), role);
        }
        assertEquals("0 1 2 3 ready\n", harness.output(run), "3 is that of ls");
        assertEquals(Optional.of("slot.lock"), run.slot());

        Files.writeString(dir.resolve("go"), "go\n");
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        assertFalse(isFree(), "not before the end is on record");
        run.recorded();
        run.forget();
        assertTrue(isFree());
    }

    /** As the guard holds the lock then, and ends the run. */
    @Test
    void itIsHeldUntilNothingOfARunLivesWhoseSupervisorWasKilled() throws Exception {
        Run run = start("trap '' TERM; echo ready; sleep 61.3", Optional.empty(), slot.descriptor());
        harness.awaitOutput(run, "ready");
        slot.abandon();
        RunHarness.signal(harness.process("supervisor"), "KILL");
        RunHarness.until(this::isFree, "the guard's end");
        assertEquals(0, RunHarness.count("sleep\u000061.3"), "nothing of the run was left by then");
        run.await();
    }

    @Test
    void heartbeatsProveIt() throws Exception {
        Run run = start("read go < " + fifo(), Optional.of(3000L), slot.descriptor());
        Path path = dir.resolve("slot.lock");
        RunHarness.until(() -> Files.size(path) >= 512, "a heartbeat");
        Heartbeat beat = Heartbeat.newest(Files.readAllBytes(path)).orElseThrow();
        assertEquals(run.id().token(), beat.token());
        assertTrue(new String(Files.readAllBytes(path), StandardCharsets.UTF_8).endsWith("\n"));
        Files.writeString(dir.resolve("go"), "go\n");
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        harness.leave(run);
    }

    /** The lock of the job is well. */
    @Test
    void aRunThatLosesItIsFencedAtTheNextHeartbeat() throws Exception {
        int nowhere = Descriptors.open(Path.of("/proc/self/mem"), false); // writing to its first pages gives EIO
        try {
            Run run = start("sleep 61.4", Optional.of(6000L), nowhere);
            assertEquals(Outcome.FENCED, run.await().outcome());
            assertEquals(0, RunHarness.count("sleep\u000061.4"));
            assertTrue(harness.exitRecord().isEmpty(), "a lock in doubt is not written to");
        } finally {
            Descriptors.close(nowhere);
        }
    }

    @Test
    void aRunThatCannotProveItIsFencedBeforeTheLeaseEnds() throws Exception {
        int refuses = Descriptors.open(fifo(), false); // a pipe cannot be written at an offset: ESPIPE
        try {
            Duration claimed = RunHarness.sinceBoot();
            Run run = start("sleep 61.5", Optional.of(4000L), refuses);
            assertEquals(Outcome.FENCED, run.await().outcome());
            long took = RunHarness.sinceBoot().minus(claimed).toMillis();
            assertTrue(took >= 2900, "fenced after " + took + " ms");
            assertEquals(0, RunHarness.count("sleep\u000061.5"));
        } finally {
            Descriptors.close(refuses);
        }
    }

    @Test
    void withoutTheDescriptorNothingStarts() throws Exception {
        int directory = Descriptors.openDirectory(dir);
        try {
            RunEnd end = start("echo started", Optional.empty(), directory).await();
            assertEquals(Optional.of("descriptor 7 is not a file open for writing"), end.reason());
        } finally {
            Descriptors.close(directory);
        }
    }

    private Path fifo() throws Exception {
        Path pipe = dir.resolve("go");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        return pipe;
    }
}
