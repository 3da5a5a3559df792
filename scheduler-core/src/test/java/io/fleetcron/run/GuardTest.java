package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.agent.NativeProcesses;
import io.fleetcron.lock.natives.Descriptors;
import io.fleetcron.run.RunEnd.How;
import java.io.IOException;
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

/** Runs whose guard alone is killed with SIGKILL. */
@Timeout(60)
class GuardTest {
    private static final int SIGKILL = 9;

    @TempDir
    Path dir;

    RunHarness harness;
    private final NativeProcesses processes = new NativeProcesses();

    List<String> shell() {
        return SupervisorScript.SH;
    }

    @BeforeEach
    void open() throws Exception {
        harness = new RunHarness(dir, shell());
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void anotherGuardKeepsTheTimeLimit() throws Exception {
        Run run = harness.shell("echo ready; sleep 71.1").timeout(12_000).start();
        harness.awaitOutput(run, "ready");
        long first = killGuard(run, 0);
        killGuard(run, first);
        RunEnd end = run.await();
        assertEquals(How.TIMED_OUT, end.how());
        assertEquals(0, RunHarness.count("sleep\u000071.1"));
        assertTrue(log(run).contains("the guard of this run, process " + first + ", has disappeared"), log(run));
    }

    @Test
    void aKillRequestReachesTheRunThroughTheNextGuard() throws Exception {
        Run run = harness.shell("echo ready; sleep 72.1").start();
        harness.awaitOutput(run, "ready");
        killGuard(run, 0);
        run.kill();
        assertEquals(How.KILLED, run.await().how());
    }

    @Test
    void anotherGuardKeepsTheLease() throws Exception {
        Path go = dir.resolve("go");
        Run run = harness.shell("echo ready; until [ -e " + go + " ]; do sleep 0.1; done")
                .lease(8000)
                .start();
        harness.awaitOutput(run, "ready");
        killGuard(run, 0);
        Duration killed = RunHarness.sinceBoot();
        RunHarness.until(() -> RunHarness.sinceBoot().minus(killed).toMillis() > 9000, "longer than the lease");
        Files.createFile(go);
        RunEnd end = run.await();
        assertEquals(How.SUCCEEDED, end.how(), log(run));
        run.unrecorded();
        assertEquals(end, harness.exitRecord().orElseThrow().end());
    }

    /** The beat that the first guard left hanging cannot end, and the next one must not write beside it. */
    @Test
    void aRunWhoseBeatHangsIsFencedInTimeByWhateverIsLeft() throws Exception {
        Path pipe = dir.resolve("hangs");
        processes.makePipe(pipe, 0600);
        int hangs = Descriptors.open(pipe, false);
        try {
            RunSpec spec = harness.shell("echo ready; setsid sleep 73.1 & sleep 73.1")
                    .lease(9000)
                    .spec();
            Run run = harness.launcher.start(harness.withDescriptor(spec, hangs));
            harness.awaitOutput(run, "ready");
            killGuard(run, 0);
            assertEquals(How.FENCED, run.await().how());
            long took =
                    RunHarness.sinceBoot().minus(spec.lock().claimedUptime()).toMillis();
            assertTrue(took >= 6700 && took < 9000, "fenced after " + took + " ms");
            RunHarness.awaitGone("sleep\u000073.1");
        } finally {
            Descriptors.close(hangs);
        }
    }

    @Test
    void aFenceThatWasBegunIsBroughtToItsEnd() throws Exception {
        Run run = harness.shell("echo ready; sleep 74.1").start();
        harness.awaitOutput(run, "ready");
        Files.writeString(dir.resolve("state/runs/job@17/guard"), "1 fenced ending 1" + " ".repeat(110) + "\n");
        killGuard(run, 0);
        assertEquals(How.FENCED, run.await().how());
        assertTrue(harness.exitRecord().isEmpty());
        assertEquals(0, RunHarness.count("sleep\u000074.1"));
    }

    /** Kills the guard once it is another one than {@code before}; returns its number. */
    private long killGuard(Run run, long before) throws Exception {
        RunHarness.until(() -> guard(run).filter(pid -> pid != before).isPresent(), "a guard");
        long pid = guard(run).orElseThrow();
        processes.signal(Math.toIntExact(pid), SIGKILL);
        return pid;
    }

    private Optional<Long> guard(Run run) {
        return ProcessHandle.of(run.pid()).stream()
                .flatMap(ProcessHandle::children)
                .map(ProcessHandle::pid)
                .filter(pid -> holds(pid, dir.resolve("state/runs/job@17/alive")))
                .findFirst();
    }

    private static boolean holds(long pid, Path pipe) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/7")).equals(pipe);
        } catch (IOException e) {
            return false;
        }
    }

    private static String log(Run run) throws IOException {
        return Files.readString(run.output().resolveSibling("log"));
    }
}
