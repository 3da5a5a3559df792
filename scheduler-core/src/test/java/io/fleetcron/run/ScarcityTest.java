package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.natives.Children;
import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.Packets;
import io.fleetcron.natives.UserDatabase;
import io.fleetcron.run.RunEnd.How;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
        assertEquals(How.KILLED, run.await().how());
        assertEquals(0, RunHarness.count("sleep\u000091.1"));
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
        assertEquals(How.KILLED, run.await().how());
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
        assertEquals(How.VANISHED, run.await().how());
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
        RunRecord note = new RunRecord(RunHarness.ID, Instant.now(), 0, "marker", Optional.empty(), ProcessId.self());
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
        Run run = new StartedRun(directories, directory, note, SupervisorProgram.installed(), guard, socket[0]);
        RunEnd end = run.await();
        String reason = "the run cannot start: no descriptors are left on this host";
        assertEquals(Optional.of(reason), end.reason(), () -> RunHarness.wordsOf(run));
        assertEquals(How.FAILED, end.how());
        assertEquals("fleetcron: " + reason + "\n", harness.output(run));
    }

    private static void limit(long pid, String what) throws Exception {
        HostParts.shell("prlimit --pid " + pid + " " + what);
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
            assertEquals(How.FENCED, run.await().how());
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
