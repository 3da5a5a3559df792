package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs in control groups of their own, in the real file system of control groups. */
@Timeout(60)
@Slow
class ControlGroupTest {
    /** Clears its environment, leaves its session, and loses its parent at once. */
    private static final String ESCAPE = "(setsid env -i sh -c 'setsid sleep %s & exit' & exit); sleep 0.3; ";

    @TempDir
    Path dir;

    private Path base;
    private Cgroups groups;
    private RunHarness harness;

    @BeforeEach
    void open() throws Exception {
        Path root = Stream.of("/sys/fs/cgroup", "/sys/fs/cgroup/unified")
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve("cgroup.procs")))
                .findFirst()
                .orElseGet(() -> abort("this host has no control groups of version 2"));
        assumeTrue(Files.isWritable(root), "only root may make control groups here");
        base = Files.createDirectory(
                root.resolve("fleetcron-test-" + ProcessHandle.current().pid()));
        groups = Cgroups.in(base);
        harness = new RunHarness(dir);
    }

    @AfterEach
    void close() throws Exception {
        if (harness != null) {
            harness.close();
            Files.writeString(base.resolve("cgroup.kill"), "1");
            for (String group : left()) {
                RunHarness.until(() -> gone(base.resolve(group)), "the end of " + group);
            }
            Files.delete(base);
        }
    }

    @Test
    void aRunIsInItsGroupAndTheGroupGoesWithIt() throws Exception {
        Run run = harness.shell("cat /proc/self/cgroup").groups(groups).start();
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        assertTrue(harness.output(run).contains("/" + base.getFileName() + "/run-job@17@"), harness.output(run));
        assertEquals(1, left().size());
        run.forget();
        assertEquals(List.of(), left());
    }

    @Test
    void whoClearsEverythingEscapesTheSearchButNotTheGroup() throws Exception {
        Run run = harness.shell(ESCAPE.formatted("81.1") + "echo ready; sleep 81.1")
                .groups(groups)
                .killAfter(300)
                .start();
        harness.awaitOutput(run, "ready");
        RunHarness.until(() -> RunHarness.count("sleep\u000081.1") == 2, "two sleepers");
        run.kill();
        assertEquals(Outcome.KILLED, run.await().outcome());
        assertEquals(0, RunHarness.count("sleep\u000081.1"));
    }

    @Test
    void aVanishedSupervisorsRunIsEndedByItsGroup() throws Exception {
        Run run = harness.shell(ESCAPE.formatted("82.1") + "echo ready; sleep 82.1")
                .groups(groups)
                .start();
        harness.awaitOutput(run, "ready");
        RunHarness.until(() -> RunHarness.count("sleep\u000082.1") == 2, "two sleepers");
        RunHarness.signal(harness.process("supervisor"), "KILL");
        RunHarness.signal(harness.process("guard"), "KILL");
        assertEquals(Outcome.LOST, run.await().outcome());
        assertEquals(0, RunHarness.count("sleep\u000082.1"));
    }

    @Test
    void anotherAgentKnowsTheGroupOfARunThatItFinds() throws Exception {
        harness.shell("sleep 0.2").groups(groups).run();
        RunDirectory directory = new RunDirectory(dir.resolve("state/runs/job@17"));
        RunRecord note = directory.note().orElseThrow();
        assertEquals(base, note.group().orElseThrow().getParent());
        directory.write(note.withOwner(new ProcessId(1, 0, "an earlier boot")));
        Run found = new SupervisedLauncher(dir.resolve("state"), "i1", InstantSource.system())
                .survivors()
                .get(0);
        found.await();
        found.forget();
        assertEquals(List.of(), left());
    }

    @Test
    void aDaemonLeftBehindKeepsItsGroupAndNotTheRun() throws Exception {
        Run run = harness.shell("setsid sleep 83.1 & :").groups(groups).start();
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        run.forget();
        assertEquals(1, left().size());
        assertEquals(1, RunHarness.count("sleep\u000083.1"));
    }

    @Test
    void aRunWithoutLimitsNeedsNoGroup() throws Exception {
        Cgroups nowhere = new Cgroups(Path.of("/nonexistent"));
        assertEquals(Outcome.SUCCEEDED, harness.shell(":").groups(nowhere).run().outcome());
    }

    @Test
    void limitsThatCannotBeKeptAreRefused() throws Exception {
        ResourceLimits limits =
                new ResourceLimits(OptionalLong.of(64 << 20), OptionalDouble.of(0.5), OptionalInt.of(9));
        Cgroups nowhere = new Cgroups(Path.of("/nonexistent"));
        assertThrows(
                IOException.class,
                () -> harness.shell(":").groups(nowhere).limits(limits).run());
        if (!controllers().contains("memory")) {
            IOException refusal = assertThrows(IOException.class, () -> groups.enable(limits));
            assertEquals("this host has no memory controller in " + base, refusal.getMessage());
        }
        if (!controllers().contains("pids")) {
            IOException refusal = assertThrows(IOException.class, () -> groups.enable(tasks(9)));
            assertEquals("this host has no pids controller in " + base, refusal.getMessage());
        }
    }

    @Test
    void beyondItsMemoryARunIsEndedAndSaysWhy() throws Exception {
        assumeTrue(controllers().contains("memory"), "this host's memory controller is not in version 2");
        Run run = harness.shell("head -c 200000000 /dev/zero | tail -c 190000000 | wc -c; echo survived")
                .groups(groups)
                .limits(new ResourceLimits(OptionalLong.of(32 << 20), OptionalDouble.empty(), OptionalInt.empty()))
                .start();
        RunEnd end = run.await();
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals(OptionalInt.of(137), end.exit());
        assertTrue(harness.output(run).contains("reached its memory limit of 33554432 bytes"), harness.output(run));
        assertFalse(harness.output(run).contains("survived"));
    }

    @Test
    void aRunGetsNoMoreProcessorThanItsLimit() throws Exception {
        assumeTrue(controllers().contains("cpu"), "this host's cpu controller is not in version 2");
        Run run = harness.shell("cat /sys/fs/cgroup/$(sed -n 's,^0::/,,p' /proc/self/cgroup)/cpu.max")
                .groups(groups)
                .limits(new ResourceLimits(OptionalLong.empty(), OptionalDouble.of(0.25), OptionalInt.empty()))
                .start();
        run.await();
        assertEquals("25000 100000\n", harness.output(run));
    }

    /** A command that only multiplies is stopped by its limit, ended as a whole, and explained. */
    @Test
    void aForkBombStaysWithinItsTasksAndIsEnded() throws Exception {
        assumeTrue(controllers().contains("pids"), "this host's pids controller is not in version 2");
        Path tree = NativeHelper.compile(dir, "tree", "-pthread");
        Run run = harness.argv(tree.toString(), "bomb", "95.1")
                .groups(groups)
                .limits(tasks(200))
                .timeout(2000)
                .start();
        harness.awaitOutput(run, "ready"); // the first fork that was refused
        Path group = base.resolve(left().get(0));
        assertTrue(
                Long.parseLong(Files.readString(group.resolve("pids.current")).strip()) <= 200);
        assertEquals(Outcome.TIMED_OUT, run.await().outcome());
        assertEquals("0", Files.readString(group.resolve("pids.current")).strip());
        assertTrue(
                harness.output(run)
                        .endsWith("[fleetcron: the run reached its limit of 200 tasks, and could start no more"
                                + " processes or threads]\n"),
                harness.output(run));
    }

    /** A process that enters the parent late: the kernel allows it, and then lets nothing into the groups below. */
    @Test
    void aProcessInTheParentIsMovedAside() throws Exception {
        assumeTrue(controllers().contains("pids"), "this host's pids controller is not in version 2");
        groups.enable(tasks(50));
        Process late = new ProcessBuilder("sleep", "96.1").start();
        Files.writeString(base.resolve("cgroup.procs"), Long.toString(late.pid()));
        Run run = harness.shell(":").groups(groups).limits(tasks(50)).start();
        assertEquals(Outcome.SUCCEEDED, run.await().outcome(), harness.output(run));
        assertTrue(late.isAlive());
    }

    private static ResourceLimits tasks(int most) {
        return new ResourceLimits(OptionalLong.empty(), OptionalDouble.empty(), OptionalInt.of(most));
    }

    private String controllers() throws IOException {
        return Files.readString(base.resolve("cgroup.controllers"));
    }

    private List<String> left() throws IOException {
        try (Stream<Path> found = Files.list(base)) {
            return found.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .toList();
        }
    }

    private static boolean gone(Path group) {
        Cgroups.remove(group);
        return !Files.exists(group);
    }
}
