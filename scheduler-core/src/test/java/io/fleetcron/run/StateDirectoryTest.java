package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.natives.Descriptors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose state directory stops to answer, is full, or refuses writes: it ends no run and saves none. */
@Timeout(60)
@Slow
class StateDirectoryTest {
    @TempDir
    Path dir;

    private HostParts host;
    private RunHarness harness;

    @BeforeEach
    void open() throws Exception {
        host = new HostParts(dir);
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
    void aFrozenDirectoryDoesNotEndARunWithAHealthyLock() throws Exception {
        Path state = host.ext4("state");
        Path go = dir.resolve("go");
        Run run = harness.shell("until [ -e " + go + " ]; do sleep 0.1; echo more; done; exit 4")
                .lease(4000)
                .start();
        harness.awaitOutput(run, "more");
        host.whileFrozen(state, () -> {
            Duration frozen = RunHarness.sinceBoot();
            RunHarness.until(() -> RunHarness.sinceBoot().minus(frozen).toMillis() > 4500, "longer than the lease");
            Files.createFile(go);
        });
        assertEquals(Outcome.FAILED, run.await().outcome());
    }

    @Test
    @Concurrent
    void aFrozenDirectoryDoesNotDelayAFence() throws Exception {
        Path state = host.ext4("state");
        HostParts.shell("mkfifo " + dir.resolve("pipe"));
        int refuses = Descriptors.open(dir.resolve("pipe"), false); // a pipe cannot be written at an offset: ESPIPE
        try {
            Duration claimed = RunHarness.sinceBoot();
            RunSpec spec = harness.shell("setsid sleep 93.1 & while :; do echo more; sleep 0.1; done")
                    .lease(8000)
                    .spec();
            Run run = harness.launcher.start(harness.withDescriptor(spec, refuses));
            harness.awaitOutput(run, "more");
            host.whileFrozen(state, () -> {
                RunHarness.awaitGone("sleep\u000093.1");
                long took = RunHarness.sinceBoot().minus(claimed).toMillis();
                assertTrue(took >= 6000 && took < 8000, "dead after " + took + " ms");
            });
            assertEquals(Outcome.FENCED, run.await().outcome());
        } finally {
            Descriptors.close(refuses);
        }
    }

    @Test
    @Concurrent
    void aFrozenDirectoryDoesNotDelayTheGuardOfAStoppedSupervisor() throws Exception {
        Path state = host.ext4("state");
        Duration claimed = RunHarness.sinceBoot();
        Run run = harness.shell("setsid sleep 94.1 & echo ready; sleep 94.1")
                .lease(8000)
                .start();
        harness.awaitOutput(run, "ready");
        long supervisor = harness.process("supervisor");
        host.whileFrozen(state, () -> {
            RunHarness.signal(supervisor, "STOP");
            RunHarness.awaitGone("sleep\u000094.1");
            long took = RunHarness.sinceBoot().minus(claimed).toMillis();
            assertTrue(took < 8000 + 8000 / 6, "dead after " + took + " ms");
        });
        assertEquals(Outcome.LOST, run.await().outcome());
    }

    @Test
    @Concurrent
    void aFrozenDirectoryDelaysNeitherLimitNorRequest() throws Exception {
        Path state = host.ext4("state");
        Run run = harness.shell("setsid sleep 95.1 & while :; do echo more; sleep 0.1; done")
                .killAfter(100)
                .start();
        harness.awaitOutput(run, "more");
        host.whileFrozen(state, () -> {
            long asked = System.nanoTime();
            run.kill();
            RunHarness.awaitGone("sleep\u000095.1");
            assertTrue(System.nanoTime() - asked < 5_000_000_000L);
        });
        assertEquals(Outcome.KILLED, run.await().outcome());
    }

    /** The agent unlocks once nothing of the run writes to the lock file, although its guard is still in the local disk. */
    @Test
    @Concurrent
    void aFrozenDirectoryDoesNotKeepTheLockOfARunThatIsOverAndRecorded() throws Exception {
        Path state = host.ext4("state");
        Path go = dir.resolve("go");
        Run run = harness.shell("echo ready; until [ -e " + go + " ]; do sleep 0.1; done; exit 4")
                .lease(8000)
                .start();
        harness.awaitOutput(run, "ready");
        host.whileFrozen(state, () -> {
            Files.createFile(go);
            assertEquals(Outcome.FAILED, run.await().outcome());
            Thread recorded = new Thread(run::recorded);
            recorded.start();
            recorded.join(15_000);
            assertFalse(recorded.isAlive(), "the lock is held until the disk answers");
        });
    }

    /** What does not fit into the pipe while the disk does not answer is dropped, counted and reported. */
    @Test
    @Concurrent
    void aFrozenDirectoryDoesNotHoldUpTheCommand() throws Exception {
        Path state = host.ext4("state");
        Path go = dir.resolve("go");
        Path written = dir.resolve("written");
        Path end = dir.resolve("end");
        Run run = harness.shell("echo ready; until [ -e " + go + " ]; do sleep 0.05; done;"
                        + " head -c 300000 /dev/zero | tr '\\0' x; : >" + written
                        + "; until [ -e " + end + " ]; do sleep 0.05; done; echo; echo last; exit 4")
                .start();
        harness.awaitOutput(run, "ready");
        host.whileFrozen(state, () -> {
            Files.createFile(go);
            RunHarness.until(() -> Files.exists(written), "the command's way past its output");
        });
        Files.createFile(end);
        assertEquals(4, run.await().exit().orElseThrow());
        String output = harness.output(run);
        Matcher lost = Pattern.compile(
                        "\\n\\[fleetcron: ([0-9]+) bytes of output lost here: the local disk did not answer]\\n")
                .matcher(output);
        long reported =
                lost.results().mapToLong(mark -> Long.parseLong(mark.group(1))).sum();
        assertTrue(reported > 0, "nothing was lost");
        assertEquals(300_000, output.chars().filter(c -> c == 'x').count() + reported);
        assertTrue(output.endsWith("last\n"), "kept again");
    }

    @Test
    @Concurrent
    void inAFullDirectoryARunKeepsItsStatus() throws Exception {
        Path state = host.tmpfs("state", "size=64k");
        Path go = dir.resolve("go");
        Run run = harness.shell(
                        "echo ready; until [ -e " + go + " ]; do sleep 0.05; done; head -c 300000 /dev/zero; exit 7")
                .start();
        harness.awaitOutput(run, "ready");
        Files.deleteIfExists(state.resolve("fill"));
        HostParts.shell("dd if=/dev/zero of=" + state.resolve("fill") + " bs=4096 2>/dev/null; :");
        Files.createFile(go);
        RunEnd end = run.await();
        assertEquals(7, end.exit().orElseThrow());
        harness.leave(run);
        assertEquals(end, harness.exitRecord().orElseThrow().end());
    }

    @Test
    @Concurrent
    void onAFailingDiskARunKeepsItsStatus() throws Exception {
        Path state = host.ext4("state");
        Path go = dir.resolve("go");
        Run run = harness.shell("until [ -e " + go + " ]; do sleep 0.05; done; echo late; exit 8")
                .start();
        harness.process("supervisor");
        HostParts.shell("mount -o remount,abort " + state); // as after an error of the disk
        Files.createFile(go);
        assertEquals(8, run.await().exit().orElseThrow());
        harness.leave(run);
        assertEquals(8, harness.exitRecord().orElseThrow().end().exit().orElseThrow());
        assertFalse(harness.output(run).contains("late"), "it could not be kept");
    }
}
