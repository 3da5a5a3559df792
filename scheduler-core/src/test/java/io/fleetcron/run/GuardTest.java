package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.natives.UserDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose guard or supervisor is killed or stopped: the other one keeps the lock, the limits and the lease. */
@Timeout(60)
@Slow
class GuardTest {
    @TempDir
    Path dir;

    RunHarness harness;

    @BeforeEach
    void open() throws Exception {
        harness = new RunHarness(dir);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    @Concurrent
    void anotherGuardKeepsTheTimeLimit() throws Exception {
        Run run = harness.shell("echo ready; sleep 71.1").timeout(12_000).start();
        harness.awaitOutput(run, "ready");
        long first = killGuard(0);
        killGuard(first);
        RunEnd end = run.await();
        assertEquals(Outcome.TIMED_OUT, end.outcome());
        assertEquals(0, RunHarness.count("sleep\u000071.1"));
        assertTrue(log(run).contains("the guard of this run, process " + first + ", has disappeared"), log(run));
    }

    @Test
    @Concurrent
    void whatTheCommandWritesAfterwardsIsKept() throws Exception {
        Path go = dir.resolve("go");
        Run run = harness.shell("echo before; until [ -e " + go + " ]; do sleep 0.1; done; echo after")
                .start();
        harness.awaitOutput(run, "before");
        killGuard(0);
        Files.createFile(go);
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        assertEquals("before\nafter\n", harness.output(run));
    }

    @Test
    @Concurrent
    void aKillRequestReachesTheRunWithoutItsFirstGuard() throws Exception {
        Run run = harness.shell("echo ready; sleep 72.1").start();
        harness.awaitOutput(run, "ready");
        killGuard(0);
        run.kill();
        assertEquals(Outcome.KILLED, run.await().outcome());
    }

    @Test
    @Concurrent
    void anotherGuardKeepsTheLease() throws Exception {
        Path go = dir.resolve("go");
        Run run = harness.shell("echo ready; until [ -e " + go + " ]; do sleep 0.1; done")
                .lease(8000)
                .start();
        harness.awaitOutput(run, "ready");
        killGuard(0);
        Duration killed = RunHarness.sinceBoot();
        RunHarness.until(() -> RunHarness.sinceBoot().minus(killed).toMillis() > 9000, "longer than the lease");
        Files.createFile(go);
        RunEnd end = run.await();
        assertEquals(Outcome.SUCCEEDED, end.outcome(), log(run));
        harness.leave(run);
        assertEquals(end, harness.exitRecord().orElseThrow().end());
    }

    @Test
    @Concurrent
    void theSecondGuardEndsTheRunWhenTheSupervisorGoesToo() throws Exception {
        Run run = harness.shell("echo ready; setsid sleep 73.1 & sleep 73.1").start();
        harness.awaitOutput(run, "ready");
        long second = nextGuard(killGuard(0));
        RunHarness.signal(harness.process("supervisor"), "KILL");
        assertEquals(Outcome.LOST, run.await().outcome());
        RunHarness.awaitGone("sleep\u000073.1");
        RunHarness.until(() -> ProcessHandle.of(second).isEmpty(), "the second guard's end");
    }

    /** A supervisor that is stopped sends no heartbeats and cannot fence: the guard does it for both. */
    @Test
    @Concurrent
    void theGuardFencesWhenTheSupervisorIsStopped() throws Exception {
        Run run = harness.shell("echo ready; setsid sleep 74.1 & sleep 74.1")
                .lease(9000)
                .start();
        harness.awaitOutput(run, "ready");
        Duration began = RunHarness.sinceBoot();
        RunHarness.signal(harness.process("supervisor"), "STOP");
        assertEquals(Outcome.LOST, run.await().outcome());
        assertTrue(RunHarness.sinceBoot().minus(began).toMillis() < 9000);
        assertEquals(0, RunHarness.count("sleep\u000074.1"));
        assertTrue(harness.exitRecord().isEmpty());
    }

    @Test
    @Concurrent
    void aStoppedGuardChangesNothingForTheLimit() throws Exception {
        Run run = harness.shell("sleep 75.1").timeout(1000).start();
        long guard = harness.process("guard");
        RunHarness.signal(guard, "STOP");
        RunHarness.awaitGone("sleep\u000075.1");
        RunHarness.signal(guard, "CONT");
        assertEquals(Outcome.TIMED_OUT, run.await().outcome());
    }

    /** All of their memory is locked, so each page counts, on a host with a thousand runs. */
    @Test
    @Concurrent
    void guardAndSupervisorTogetherTakeLessThanAMegabyteOfTheirOwn() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may lock that much memory and look at it");
        Run run = harness.shell("sleep 76.1").lease(60_000).start();
        List<Path> processes = new ArrayList<>();
        for (String role : List.of("guard", "supervisor")) {
            Path process = Path.of("/proc", Long.toString(harness.process(role)));
            RunHarness.until(
                    () -> !Files.readString(process.resolve("status")).contains("VmLck:\t       0 kB"),
                    "locked memory");
            processes.add(process);
        }
        long own = 0; // once both have locked theirs: until then the program's text is the first one's own
        for (Path process : processes) {
            for (String line : Files.readAllLines(process.resolve("smaps_rollup"))) {
                own += line.startsWith("Private_") ? Long.parseLong(line.split("\\s+")[1]) : 0;
            }
        }
        System.out.println("guard and supervisor, memory of their own: " + own + " KiB");
        assertTrue(own > 0 && own < 1024, own + " KiB");
        run.kill();
        assertEquals(Outcome.KILLED, run.await().outcome());
    }

    /** A command of the agent's own user may put anything in place of the run's files: pipes that nobody reads, say. */
    @Test
    @Concurrent
    void whatIsNoRegularFileHoldsNothingUp() throws Exception {
        Path go = dir.resolve("go");
        Path planted = dir.resolve("planted");
        Path end = dir.resolve("end");
        Path files = dir.resolve("state/runs/job@17");
        Run run = harness.shell("until [ -e " + go + " ]; do sleep 0.05; done; cd " + files
                        + " && rm -f output exit log pids && mkfifo output exit log pids && echo lost && : >" + planted
                        + "; until [ -e " + end + " ]; do sleep 0.05; done; exit 3")
                .start();
        long guard = nextGuard(0);
        harness.process("supervisor");
        Files.createFile(go);
        RunHarness.until(() -> Files.exists(planted), "the pipes");
        RunHarness.signal(guard, "KILL"); // another one opens all of them, and there is a complaint
        Files.createFile(end);
        assertEquals(OptionalInt.of(3), run.await().exit());
        run.unrecorded();
        harness.lock.abandon();
        RunHarness.until(() -> harness.lockIsFree(), "the lock");
        assertEquals(OptionalInt.of(3), harness.exitRecord().orElseThrow().end().exit());
    }

    /** Kills the guard once it is another one than {@code before}; returns its number. */
    private long killGuard(long before) throws Exception {
        long guard = nextGuard(before);
        RunHarness.signal(guard, "KILL");
        return guard;
    }

    private long nextGuard(long before) throws Exception {
        RunHarness.until(() -> harness.process("guard") != before, "a guard");
        return harness.process("guard");
    }

    private static String log(Run run) throws IOException {
        Path log = run.output().resolveSibling("log");
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
