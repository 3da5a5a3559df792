package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.natives.Children;
import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.Packets;
import io.fleetcron.natives.UserDatabase;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on a host that has no process or descriptor left. */
@Timeout(60)
@Slow
class ScarcityTest {
    private static final Account NOBODY_ELSE = new Account(54321, 54321, List.of());

    @TempDir
    Path dir;

    private RunHarness harness;

    @BeforeEach
    void open() throws Exception {
        harness = new RunHarness(dir);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    /** What the supervisor cannot see may be alive. */
    @Test
    void aSupervisorWithoutDescriptorsDoesNotTakeARunForOver() throws Exception {
        Run run = harness.shell("echo ready; setsid sleep 91.1 & sleep 91.1").start();
        harness.awaitOutput(run, "ready");
        RunHarness.until(() -> RunHarness.count("sleep\u000091.1") == 2, "two sleepers");
        long supervisor = harness.process("supervisor");
        limit(supervisor, "--nofile=6:64"); // just enough for poll(2)
        run.kill();
        long asked = System.nanoTime();
        RunHarness.until(
                () -> RunHarness.count("sleep\u000091.1") == 0 || System.nanoTime() - asked > 1_500_000_000L,
                "the request to have its effect");
        boolean over = Files.exists(run.output().resolveSibling("exit"));
        assertTrue(!over || RunHarness.count("sleep\u000091.1") == 0, "called over while it lives");
        limit(supervisor, "--nofile=64:64");
        assertEquals(Outcome.KILLED, run.await().outcome());
        assertEquals(0, RunHarness.count("sleep\u000091.1"));
    }

    /** With a descriptor for the list of processes, perhaps, but none for what it lists. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aSupervisorShortOfDescriptorsDoesNotTakeAnAttemptForOver(int descriptors) throws Exception {
        Path go = dir.resolve("go");
        Path end = dir.resolve("end");
        Run run = harness.shell("setsid sleep 91.3 & (until [ -e " + end + " ]; do sleep 0.05; done) & echo ready;"
                        + " until [ -e " + go + " ]; do sleep 0.05; done; exit 3")
                .start();
        harness.awaitOutput(run, "ready");
        long supervisor = harness.process("supervisor");
        int command = Math.toIntExact(harness.process("command"));
        leave(supervisor, descriptors);
        Files.createFile(go);
        RunHarness.until(() -> ProcessId.of(command).filter(ProcessId::isAlive).isEmpty(), "the end of the command");
        long ended = System.nanoTime();
        Path exit = run.output().resolveSibling("exit");
        RunHarness.until(() -> Files.exists(exit) || System.nanoTime() - ended > 500_000_000L, "looks at what is left");
        assertFalse(Files.exists(exit), "called over while its group lives");
        limit(supervisor, "--nofile=64:64");
        Files.createFile(end);
        assertEquals(OptionalInt.of(3), run.await().exit());
        ProcessHandle.allProcesses()
                .filter(process -> RunHarness.commandLine(process.pid()).equals("sleep\00091.3\0"))
                .forEach(ProcessHandle::destroyForcibly);
    }

    /** Without memory for the list of processes: each is asked to end all the same. */
    @Test
    void aSupervisorWithoutMemoryEndsTheRun() throws Exception {
        Run run = harness.shell("(trap 'echo asked; exit' TERM; echo ready; while :; do sleep 0.05; done) &"
                        + " trap : TERM; wait; wait; sleep 91.4")
                .killAfter(3000)
                .start();
        harness.awaitOutput(run, "ready");
        limit(harness.process("supervisor"), "--as=1:");
        limit(harness.process("guard"), "--as=1:");
        run.kill();
        assertEquals(Outcome.KILLED, run.await().outcome());
        assertTrue(harness.output(run).contains("asked"), harness.output(run));
    }

    /** It must have something else to do than to start them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void guardsThatFindNoDescriptorsAreStartedNowAndThenOnly(int descriptors) throws Exception {
        Run run = harness.shell("echo ready; sleep 91.5").start();
        harness.awaitOutput(run, "ready");
        long supervisor = harness.process("supervisor");
        leave(supervisor, descriptors);
        long before = RunHarness.waits(supervisor);
        long began = System.nanoTime();
        RunHarness.signal(harness.process("guard"), "KILL");
        RunHarness.until(() -> System.nanoTime() - began > 2_000_000_000L, "two seconds");
        long waited = RunHarness.waits(supervisor) - before;
        assertTrue(waited < 100, "the supervisor has waited " + waited + " times in two seconds");
        limit(supervisor, "--nofile=64:64");
        RunHarness.until(() -> alive("guard"), "a guard");
        run.kill();
        assertEquals(Outcome.KILLED, run.await().outcome());
    }

    /** Lets a process open so many descriptors more. */
    private static void leave(long pid, int descriptors) throws Exception {
        int open = 0;
        while (Files.exists(Path.of("/proc/" + pid + "/fd/" + open), LinkOption.NOFOLLOW_LINKS)) {
            open++;
        }
        limit(pid, "--nofile=" + (open + descriptors) + ":64");
    }

    private boolean alive(String role) throws Exception {
        return ProcessId.of(Math.toIntExact(harness.process(role)))
                .filter(ProcessId::isAlive)
                .isPresent();
    }

    /** poll(2) refuses to wait for more descriptors than a process may have. */
    @Test
    void aLimitBelowWhatItWaitsForDoesNotMakeTheSupervisorDeaf() throws Exception {
        Run run = harness.shell("echo ready; sleep 91.2").start();
        harness.awaitOutput(run, "ready");
        long supervisor = harness.process("supervisor");
        limit(supervisor, "--nofile=3:64");
        run.kill();
        RunHarness.awaitGone("sleep\u000091.2");
        limit(supervisor, "--nofile=64:64");
        assertEquals(Outcome.KILLED, run.await().outcome());
    }

    @Test
    void norTheGuard() throws Exception {
        Run run = harness.shell("echo ready; sleep 91.2").start();
        harness.awaitOutput(run, "ready");
        long guard = harness.process("guard");
        limit(guard, "--nofile=3:64");
        RunHarness.signal(harness.process("supervisor"), "KILL");
        RunHarness.awaitGone("sleep\u000091.2");
        limit(guard, "--nofile=64:64");
        assertEquals(Outcome.LOST, run.await().outcome());
    }

    @Test
    void theLimitOfTheUsersProcessesIsExplained() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may start commands as somebody else");
        long self = ProcessHandle.current().pid();
        String before = NativeHelper.run(
                        new byte[0],
                        List.of("prlimit", "--pid", Long.toString(self), "--nproc", "--noheadings", "--output=SOFT"))
                .output()
                .strip();
        Process other = new ProcessBuilder("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "sleep", "60")
                .start();
        RunHarness.until(() -> RunHarness.commandLine(other.pid()).startsWith("sleep"), "a process of the user");
        limit(self, "--nproc=0:"); // root itself is not bound by it
        Run run;
        try {
            run = harness.argv("/bin/true").as(NOBODY_ELSE).start();
        } finally {
            limit(self, "--nproc=" + before + ":");
        }
        RunEnd end = run.await();
        other.destroyForcibly();
        assertEquals(OptionalInt.of(126), end.exit());
        assertEquals(
                "fleetcron: cannot start /bin/true: Resource temporarily unavailable; the user's limit of processes is"
                        + " reached: RLIMIT_NPROC\n",
                harness.output(run));
    }

    /** The first limit is too low for the guard, the second one for the supervisor alone. */
    @ParameterizedTest
    @ValueSource(ints = {10, 13})
    void aRunForWhichNoDescriptorsAreLeftNeverBegins(int descriptors) throws Exception {
        RunDirectories directories = new RunDirectories(dir.resolve("state/runs"), 0);
        RunSpec spec = harness.shell("echo ran").spec();
        RunDirectory directory = directories.of(spec.run());
        directory.create();
        RunRecord note = new RunRecord(
                RunHarness.ID, Instant.now(), 0, "marker", Optional.empty(), Optional.empty(), ProcessId.self());
        Packets[] socket = Packets.pair();
        int specification = Descriptors.sealed("specification", Specification.of(spec, note));
        int guard = Children.spawn(
                "/bin/sh",
                List.of(
                        "sh",
                        "-c",
                        "ulimit -n " + descriptors + "; exec \"$0\" run " + directory.path(),
                        SupervisorProgram.path().toString()),
                Map.of(3, spec.lock().descriptor(), 4, socket[1].descriptor(), 5, specification));
        socket[1].close();
        Descriptors.close(specification);
        Run run = new StartedRun(
                directories, directory, note, SupervisorProgram.installed(), InstantSource.system(), guard, socket[0]);
        RunEnd end = run.await();
        String reason = "the run cannot start: no descriptors are left on this host";
        assertEquals(Optional.of(reason), end.reason(), () -> RunHarness.wordsOf(run));
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals("fleetcron: " + reason + "\n", harness.output(run));
    }

    private static void limit(long pid, String what) throws Exception {
        HostParts.shell("prlimit --pid " + pid + " " + what);
    }

    /** Its processes wait for memory, or are ended one after the other, as that of its own group is full. */
    @Test
    void aRunWhoseMemoryIsFullIsEnded() throws Exception {
        HostParts host = new HostParts(dir);
        try {
            Path group = host.memory("run", 8 << 20, true);
            Run run = hog(List.of("command"), group);
            run.kill();
            assertEquals(Outcome.KILLED, run.await().outcome());
            assertEquals(0, RunHarness.count("hog\000" + dir));
        } finally {
            host.close();
        }
    }

    /** As in a container that has a limit of memory for the agent and all of its runs together. */
    @Test
    void aRunWhoseSupervisorSharesItsFullMemoryIsEnded() throws Exception {
        HostParts host = new HostParts(dir);
        try {
            Path group = host.memory("all", 8 << 20, false);
            Run run = hog(List.of("guard", "supervisor", "command"), group);
            run.kill();
            assertEquals(Outcome.KILLED, run.await().outcome());
            assertEquals(0, RunHarness.count("hog\000" + dir));
        } finally {
            host.close();
        }
    }

    /** Returns once the command, in that group with the others, has filled it. */
    private Run hog(List<String> roles, Path group) throws Exception {
        Path tree = NativeHelper.compile(dir, "tree", "-pthread");
        Path go = dir.resolve("go");
        Run run = harness.shell(
                        "echo ready; until [ -e " + go + " ]; do sleep 0.05; done; exec " + tree + " hog " + dir)
                .killAfter(100)
                .start();
        harness.awaitOutput(run, "ready");
        for (String role : roles) {
            HostParts.enter(group, harness.process(role));
        }
        Files.createFile(go);
        RunHarness.until(() -> HostParts.isFull(group), "full memory");
        return run;
    }

    @Test
    void aRunWhoseBeatsCannotBeMadeIsFencedInTime() throws Exception {
        HostParts host = new HostParts(dir);
        try {
            Duration claimed = RunHarness.sinceBoot();
            Run run = harness.shell("trap '' TERM; setsid sleep 92.1 & echo ready; sleep 92.1; sleep 92.1")
                    .lease(9000)
                    .start();
            harness.awaitOutput(run, "ready");
            exhaust(host.tasks("beats", "0"));
            assertEquals(Outcome.FENCED, run.await().outcome());
            long took = RunHarness.sinceBoot().minus(claimed).toMillis();
            assertEquals(0, RunHarness.count("sleep\u000092.1"));
            assertTrue(took < 9000, "dead after " + took + " ms");
        } finally {
            host.close();
        }
    }

    @Test
    void anAttemptThatCannotBeForkedFailsAndSaysWhy() throws Exception {
        Path go = dir.resolve("go");
        HostParts host = new HostParts(dir);
        try {
            Run run = harness.shell("echo ready; until [ -e " + go + " ]; do read -t 0.1 x </dev/zero; done; exit 3")
                    .env(Map.of("PATH", "/usr/bin:/bin"))
                    .retries(0)
                    .start();
            harness.awaitOutput(run, "ready");
            exhaust(host.tasks("attempts", "0"));
            Files.createFile(go);
            RunEnd end = run.await();
            assertEquals(OptionalInt.of(126), end.exit());
            assertEquals(2, end.attempts());
            assertTrue(
                    harness.output(run)
                            .endsWith("fleetcron: this host has no process left for the command; raise its limits\n"),
                    harness.output(run));
        } finally {
            host.close();
        }
    }

    /** Neither of the two gets another process from now on. */
    private void exhaust(Path group) throws Exception {
        HostParts.enter(group, harness.process("supervisor"));
        HostParts.enter(group, harness.process("guard"));
    }
}
