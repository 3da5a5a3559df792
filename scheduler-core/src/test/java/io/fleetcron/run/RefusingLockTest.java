package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.lock.LockFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ends of runs while the lock file refuses writes, and ends that the agent records itself. */
@Timeout(60)
@Slow
class RefusingLockTest {
    @TempDir
    Path dir;

    private HostParts host;
    private RunHarness harness;
    private LockFile other; // an immutable file cannot be opened any more

    @BeforeEach
    void open() throws Exception {
        host = new HostParts(dir);
        harness = new RunHarness(host.ext4("share"));
        other = harness.locks.file("job.lock");
        assertFalse(other.tryLock().isPresent());
    }

    @AfterEach
    void close() throws Exception {
        if (harness != null) {
            HostParts.shell("chattr -i " + harness.dir.resolve("job.lock"));
            other.close();
            harness.close();
            host.close();
        }
    }

    /** ext4 refuses writes to an immutable file with EPERM even through descriptors that are open. */
    @Test
    void theLockIsHeldUntilTheTrueEndIsRecorded() throws Exception {
        Path lock = harness.dir.resolve("job.lock");
        Run run = harness.shell("exit 9").start();
        HostParts.shell("chattr +i " + lock);
        RunEnd end = run.await();
        run.unrecorded();
        harness.lock.abandon();
        Path log = run.output().resolveSibling("log");
        RunHarness.until(() -> Files.exists(log) && Files.readString(log).contains("it is tried again"), "a complaint");
        assertFalse(other.tryLock().isPresent(), "nobody may claim yet");
        HostParts.shell("chattr -i " + lock);
        RunHarness.until(() -> other.tryLock().isPresent(), "the lock");
        assertEquals(
                new ExitRecord(RunHarness.OF_JOB, 17, end), harness.exitRecord().orElseThrow());
        assertEquals(OptionalInt.of(9), end.exit());
    }

    @Test
    void theGuardHoldsTheLockAsWellWhenTheSupervisorDiesBeforeTheRecord() throws Exception {
        Path lock = harness.dir.resolve("job.lock");
        Run run = harness.shell("exit 9").start();
        HostParts.shell("chattr +i " + lock);
        long supervisor = harness.process("supervisor");
        RunEnd end = run.await();
        RunHarness.signal(supervisor, "KILL");
        harness.lock.abandon();
        RunHarness.until(
                () -> ProcessId.of(Math.toIntExact(supervisor))
                        .filter(ProcessId::isAlive)
                        .isEmpty(),
                "the supervisor's end");
        assertFalse(other.tryLock().isPresent(), "nobody may claim yet");
        HostParts.shell("chattr -i " + lock);
        RunHarness.until(() -> other.tryLock().isPresent(), "the lock");
        assertEquals(end, harness.exitRecord().orElseThrow().end());
    }

    /** The supervisor dies before it has read that the agent has recorded the end: the guard reads it instead. */
    @Test
    void theGuardWritesNothingEitherOnceTheAgentHasRecordedTheEnd() throws Exception {
        Path lock = harness.dir.resolve("job.lock");
        Run run = harness.shell("exit 9").start();
        HostParts.shell("chattr +i " + lock);
        int supervisor = Math.toIntExact(harness.process("supervisor"));
        run.await();
        RunHarness.signal(supervisor, "STOP");
        RunHarness.until(
                () -> Files.readString(Path.of("/proc/" + supervisor + "/stat")).contains(") T "), "a stop");
        Thread agent = new Thread(run::recorded);
        agent.start();
        RunHarness.until(
                () -> Arrays.stream(agent.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("receive")),
                "the letter, after which it waits");
        RunHarness.signal(supervisor, "KILL");
        RunHarness.until(
                () -> ProcessId.of(supervisor).filter(ProcessId::isAlive).isEmpty(), "the supervisor's end");
        HostParts.shell("chattr -i " + lock);
        agent.join();
        assertEquals(Optional.empty(), harness.exitRecord());
    }

    /** The storage may refuse for long, and daemons of the run leave orphans without end. */
    @Test
    void whatADaemonLeavesWhileTheEndCannotBeRecordedIsReaped() throws Exception {
        Path lock = harness.dir.resolve("job.lock");
        Path go = dir.resolve("go");
        Run run = harness.shell(
                        "setsid sh -c '(until [ -e " + go + " ]; do sleep 0.05; done &); exec sleep 70.1' & exit 9")
                .start();
        HostParts.shell("chattr +i " + lock);
        long supervisor = harness.process("supervisor");
        run.await();
        run.unrecorded();
        Path log = run.output().resolveSibling("log");
        RunHarness.until(() -> Files.exists(log) && Files.readString(log).contains("it is tried again"), "a complaint");
        Files.createFile(go);
        RunHarness.awaitGone(go.toString());
        RunHarness.until(() -> RunHarness.zombiesOf(supervisor) == 0, "the end of dead processes");
        HostParts.shell("chattr -i " + lock);
        harness.leave(run);
        endSleepers("70.1");
    }

    /** Each try is a process, and a call to storage that is in trouble already. */
    @Test
    void theGuardOfAKilledSupervisorTriesNowAndThenOnly() throws Exception {
        Path lock = harness.dir.resolve("job.lock");
        Run run = harness.shell("exit 9").start();
        HostParts.shell("chattr +i " + lock);
        long guard = harness.process("guard");
        long supervisor = harness.process("supervisor");
        run.await();
        RunHarness.signal(supervisor, "KILL");
        RunHarness.until(
                () -> ProcessId.of(Math.toIntExact(supervisor))
                        .filter(ProcessId::isAlive)
                        .isEmpty(),
                "the guard's turn");
        long before = RunHarness.waits(guard);
        long began = System.nanoTime();
        RunHarness.until(() -> System.nanoTime() - began > 1_500_000_000L, "some tries");
        long waited = RunHarness.waits(guard) - before;
        assertTrue(waited < 50, "the guard has waited " + waited + " times in a second and a half");
        HostParts.shell("chattr -i " + lock);
        harness.leave(run);
    }

    private static void endSleepers(String seconds) {
        ProcessHandle.allProcesses()
                .filter(process -> RunHarness.commandLine(process.pid()).equals("sleep\0" + seconds + "\0"))
                .forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void nothingIsWrittenOnceTheAgentHasRecordedTheEnd() throws Exception {
        byte[] block = new byte[ExitRecord.LENGTH];
        Arrays.fill(block, (byte) 'x');
        harness.lock.write(RunHarness.EXIT, block);
        Run run = harness.shell("exit 9").start();
        assertEquals(Outcome.FAILED, run.await().outcome());
        run.recorded();
        assertTrue(Arrays.equals(block, harness.file.read(RunHarness.EXIT, ExitRecord.LENGTH)));
        assertEquals(Optional.empty(), run.complaint());
    }

    /** A read of the share itself proves the lock where a write is refused: the run outlives its lease. */
    @Test
    void aShareThatRefusesWritesFencesNoRun() throws Exception {
        Path share = Files.createDirectory(harness.dir.resolve("direct"));
        try (RunHarness direct = new RunHarness(share, true)) {
            Run run = direct.shell("echo ready; sleep 10; exit 4").lease(9000).start();
            direct.awaitOutput(run, "ready");
            HostParts.shell("chattr +i " + share.resolve("job.lock"));
            RunEnd end = run.await();
            HostParts.shell("chattr -i " + share.resolve("job.lock"));
            assertEquals(Outcome.FAILED, end.outcome());
            assertEquals(OptionalInt.of(4), end.exit());
            direct.leave(run);
            assertEquals(end, direct.exitRecord().orElseThrow().end());
        }
    }
}
