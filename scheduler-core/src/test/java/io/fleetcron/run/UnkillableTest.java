package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs with a process that no signal ends, as it waits in the kernel for a file system that is frozen: until that is thawed
 * nobody hears of an end, and the lock stays held.
 */
@Timeout(90)
@Slow
class UnkillableTest {
    @TempDir
    Path dir;

    private HostParts host;
    private Path disk;
    private RunHarness harness;

    @BeforeEach
    void open() throws Exception {
        host = new HostParts(dir);
        disk = host.ext4("disk");
        harness = new RunHarness(dir);
    }

    @AfterEach
    void close() throws Exception {
        if (harness != null) {
            harness.close();
            host.close();
        }
    }

    @Test
    @Concurrent
    void aKilledRunIsNotOverBeforeItsLastProcess() throws Exception {
        Run run = stuck(harness.shell(waitsForTheDisk()).killAfter(100));
        CompletableFuture<RunEnd> end = end(run);
        run.kill();
        awaitReport(run, end);
        assertTrue(
                keptOnBy(run)
                        .orElse("")
                        .startsWith("process " + harness.process("command") + " of this run does not die"),
                () -> keptOnBy(run).toString());
        assertTrue(Files.readString(run.output().resolveSibling("log")).contains("its lock stays held"));
        assertNotOver(run, end);
        host.thaw(disk);
        assertEquals(Outcome.KILLED, end.join().outcome());
        run.unrecorded();
        RunHarness.until(harness::lockIsFree, "the lock");
        assertEquals(end.join(), harness.exitRecord().orElseThrow().end());
    }

    @Test
    @Concurrent
    void theGuardOfAKilledSupervisorHoldsTheLock() throws Exception {
        Run run = stuck(harness.shell(waitsForTheDisk()));
        CompletableFuture<RunEnd> end = end(run);
        RunHarness.signal(harness.process("supervisor"), "KILL");
        assertHeldUntilItsLastProcessEnds(run, end);
    }

    /** It is not the supervisor's parent, so the processes are not its children: it has to search for them. */
    @Test
    @Concurrent
    void theSecondGuardOfAKilledSupervisorHoldsTheLock() throws Exception {
        Run run = stuck(harness.shell(waitsForTheDisk()));
        CompletableFuture<RunEnd> end = end(run);
        long first = harness.process("guard");
        RunHarness.signal(first, "KILL");
        RunHarness.until(() -> harness.process("guard") != first, "another guard");
        RunHarness.signal(harness.process("supervisor"), "KILL");
        assertHeldUntilItsLastProcessEnds(run, end);
    }

    private void assertHeldUntilItsLastProcessEnds(Run run, CompletableFuture<RunEnd> end) throws Exception {
        awaitReport(run, end);
        assertNotOver(run, end);
        host.thaw(disk);
        assertEquals(Outcome.LOST, end.join().outcome());
        RunHarness.until(harness::lockIsFree, "the lock");
    }

    /** Nobody but the agent is left, which still has the lock, and gives it back only once the run is over. */
    @Test
    @Concurrent
    void theAgentDoesNotTakeARunForOverOfWhichAProcessIsLeft() throws Exception {
        Run run = stuck(harness.shell(waitsForTheDisk()));
        CompletableFuture<RunEnd> end = end(run);
        long supervisor = harness.process("supervisor");
        RunHarness.signal(harness.process("guard"), "KILL");
        RunHarness.signal(supervisor, "KILL");
        awaitReport(run, end);
        assertFalse(end.isDone(), "called over while a process of it lives");
        host.thaw(disk);
        assertEquals(Outcome.LOST, end.join().outcome());
    }

    /**
     * The share does not answer until the run is fenced, and then does again: the server may have given the lock away, so
     * nothing may look as if all were well.
     */
    @Test
    @Concurrent
    void aFencedRunSeemsNotToBeInProgressAnyMore() throws Exception {
        Path share = host.ext4("share");
        Files.createSymbolicLink(share.resolve("state"), Files.createDirectory(dir.resolve("local")));
        try (RunHarness remote = new RunHarness(share)) {
            Run run = stuck(remote, remote.shell(waitsForTheDisk()).lease(9000));
            CompletableFuture<RunEnd> end = end(run);
            assertFalse(run.isInDoubt());
            host.freeze(share);
            RunHarness.until(run::isInDoubt, "the fence");
            host.thaw(share);
            RunHarness.until(() -> writers(share) == 0, "the end of the heartbeat that was under way");
            byte[] beats = remote.file.read(RunHarness.BEATS, (int) (RunHarness.EXIT - RunHarness.BEATS));
            awaitReport(run, end); // longer than the lease
            assertTrue(
                    keptOnBy(run).orElse("").endsWith("its lock is in doubt"),
                    () -> keptOnBy(run).toString());
            assertFalse(end.isDone(), "called over while a process of it lives");
            assertTrue(
                    Arrays.equals(
                            beats, remote.file.read(RunHarness.BEATS, (int) (RunHarness.EXIT - RunHarness.BEATS))),
                    "a heartbeat of a fenced run");
            host.thaw(disk);
            assertEquals(Outcome.FENCED, end.join().outcome());
            assertEquals(Optional.empty(), remote.exitRecord());
        }
    }

    /** What the supervisor was writing when it was killed would else land when the next host has the lock. */
    @Test
    @Concurrent
    void theAgentIsNotToldThatNothingWritesWhileAWriteOfAKilledSupervisorIsUnderWay() throws Exception {
        Path share = host.ext4("share");
        Files.createSymbolicLink(share.resolve("state"), Files.createDirectory(dir.resolve("local")));
        try (RunHarness remote = new RunHarness(share)) {
            Run run = remote.shell("exit 9").start();
            int supervisor = Math.toIntExact(remote.process("supervisor"));
            assertEquals(OptionalInt.of(9), run.await().exit());
            host.freeze(share);
            run.unrecorded();
            RunHarness.until(() -> writers(share) == 1, "a write of the exit record");
            RunHarness.signal(supervisor, "STOP");
            CompletableFuture<Long> writersThen = inAThread(() -> {
                run.recorded();
                return writers(share);
            });
            RunHarness.signal(supervisor, "KILL");
            RunHarness.until(
                    () -> ProcessId.of(supervisor).filter(ProcessId::isAlive).isEmpty(), "the supervisor's end");
            Duration killed = RunHarness.sinceBoot();
            RunHarness.until(
                    () -> writersThen.isDone()
                            || RunHarness.sinceBoot().minus(killed).toMillis() > 1500,
                    "the guard to have its chance");
            host.thaw(share);
            assertEquals(0, writersThen.join());
        }
    }

    private String waitsForTheDisk() {
        return "echo ready; until [ -e " + dir + "/go ]; do sleep 0.05; done; echo writes; echo more >" + disk
                + "/file";
    }

    private Run stuck(RunHarness.Builder builder) throws Exception {
        return stuck(harness, builder);
    }

    /** Starts the run and returns once its command waits for the disk. */
    private Run stuck(RunHarness starter, RunHarness.Builder builder) throws Exception {
        Run run = builder.start();
        starter.awaitOutput(run, "ready");
        host.freeze(disk);
        Path stat = Path.of("/proc/" + starter.process("command") + "/stat");
        Files.createFile(dir.resolve("go"));
        starter.awaitOutput(run, "writes"); // until then it may wait in the kernel for a vfork(2)
        RunHarness.until(() -> Files.readString(stat).contains(") D "), "the command's wait for the disk");
        return run;
    }

    private static CompletableFuture<RunEnd> end(Run run) {
        return inAThread(() -> {
            try {
                return run.await();
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }

    /** Of its own: it waits, and a pool's threads are few. */
    private static <T> CompletableFuture<T> inAThread(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> new Thread(task).start());
    }

    /** Waits until somebody says that the run is not over, or that it is. */
    private static void awaitReport(Run run, CompletableFuture<RunEnd> end) throws Exception {
        RunHarness.until(() -> end.isDone() || keptOnBy(run).isPresent(), "a report on the run");
    }

    private static Optional<String> keptOnBy(Run run) {
        return ((SupervisedRun) run).keptOnBy();
    }

    private void assertNotOver(Run run, CompletableFuture<RunEnd> end) throws Exception {
        harness.lock.abandon();
        assertFalse(end.isDone(), "called over while a process of it lives");
        assertFalse(Files.exists(run.output().resolveSibling("exit")), "an exit record on the local disk");
        assertFalse(harness.lockIsFree(), "the lock is free while a process of the run lives");
        assertEquals(Optional.empty(), harness.exitRecord());
    }

    /** How many processes write to the lock file there. */
    private static long writers(Path share) {
        return ProcessHandle.allProcesses()
                .filter(process -> isWriter(Path.of("/proc", Long.toString(process.pid())), share.resolve("job.lock")))
                .count();
    }

    private static boolean isWriter(Path process, Path lock) {
        try {
            return Files.readString(process.resolve("comm")).equals("fleetcron-write\n")
                    && Files.readSymbolicLink(process.resolve("fd/3")).equals(lock);
        } catch (IOException e) {
            return false; // it has ended
        }
    }
}
