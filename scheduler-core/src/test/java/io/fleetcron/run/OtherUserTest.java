package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.UserDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose command has another user's rights, with real users. */
@Timeout(60)
@Slow
class OtherUserTest {
    /** games, with its own group and two more, on every Debian and Red Hat alike by number alone. */
    private static final Account SOMEBODY = new Account(5, 60, List.of(60L, 12L, 20L));

    @TempDir
    Path dir;

    private RunHarness harness;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may start commands as somebody else");
        harness = new RunHarness(dir);
    }

    @AfterEach
    void close() {
        if (harness != null) {
            harness.close();
        }
    }

    @Test
    void allIdsAreTheUsersAndNoCapabilityIsLeft() throws Exception {
        Run run = harness.shell("grep -E '^(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Amb))' /proc/self/status | tr -s '\\t ' ' '")
                .as(SOMEBODY)
                .start();
        run.await();
        String none = " 0000000000000000";
        assertEquals(
                List.of(
                        "Uid: 5 5 5 5",
                        "Gid: 60 60 60 60",
                        "Groups: 12 20 60 ",
                        "CapInh:" + none,
                        "CapPrm:" + none,
                        "CapEff:" + none,
                        "CapAmb:" + none),
                harness.output(run).lines().toList());
    }

    @Test
    void noSupplementaryGroupIsInherited() throws Exception {
        Run run = harness.shell("id -G").as(new Account(5, 12, List.of())).start();
        run.await();
        assertEquals("12\n", harness.output(run));
    }

    @Test
    void onlyThreeDescriptorsAndTheJobsVariables() throws Exception {
        Run run = harness.shell(
                        "ls /proc/$$/fd; tr '\\0' '\\n' </proc/$$/environ | cut -d= -f1 | sort; readlink /proc/$$/fd/0")
                .as(SOMEBODY)
                .env(Map.of("PATH", "/usr/bin:/bin", "LD_PRELOAD", "/nonexistent/library.so", "HOME", "/tmp"))
                .start();
        run.await();
        List<String> lines = harness.output(run)
                .lines()
                .filter(line -> !line.contains("LD_PRELOAD cannot be preloaded")
                        && !line.contains("object '/nonexistent/library.so'"))
                .toList();
        assertEquals(
                List.of(
                        "0",
                        "1",
                        "2",
                        "FLEETCRON_ATTEMPT",
                        "FLEETCRON_FIRE",
                        "FLEETCRON_INSTANCE",
                        "FLEETCRON_JOB",
                        "FLEETCRON_RUN",
                        "FLEETCRON_TOKEN",
                        "HOME",
                        "LD_PRELOAD",
                        "PATH",
                        "/dev/null"),
                lines);
    }

    /** A library in the job's variables, which a file of the user may name, must not be loaded by anything of root's. */
    @Test
    void noVariableOfTheJobMeansAnythingToWhatStillHasRootsRights() throws Exception {
        Path audit = dir.resolve("audit");
        assertEquals(
                0,
                new ProcessBuilder("mkdir", "-m", "1777", audit.toString())
                        .start()
                        .waitFor());
        dir.toFile().setExecutable(true, false);
        Run run = harness.shell(":")
                .as(SOMEBODY)
                .env(Map.of("PATH", "/usr/bin:/bin", "LD_DEBUG", "files", "LD_DEBUG_OUTPUT", audit + "/by"))
                .start();
        run.await();
        try (var files = Files.list(audit)) {
            List<Object> owners = files.map(OtherUserTest::owner).distinct().toList();
            assertEquals(List.of(5), owners, "the dynamic linker heard the job's variables as these users only");
        }
    }

    private static Object owner(Path file) {
        try {
            return Files.getAttribute(file, "unix:uid");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void outputInputAndTheirNamesWorkWhileTheirFilesStayPrivate() throws Exception {
        Run run = harness.shell(
                        "cat /dev/stdin; echo out >/dev/stdout; echo err >/dev/stderr; ls " + dir + "/state/runs")
                .as(SOMEBODY)
                .stdin("in\n")
                .start();
        assertEquals(Outcome.FAILED, run.await().outcome());
        List<String> lines = harness.output(run).lines().toList();
        assertEquals(List.of("in", "out", "err"), lines.subList(0, 3));
        assertTrue(lines.get(3).contains("Permission denied"), lines.get(3));
    }

    @Test
    void theEnvironmentOfTheSupervisorIsRootsAlone() throws Exception {
        Run run = harness.shell("cat /proc/$PPID/environ; ps -o ppid= -p $$; tr '\\0' ' ' </proc/$PPID/cmdline")
                .as(SOMEBODY)
                .env(Map.of("PATH", "/usr/bin:/bin", "SECRET", "hush"))
                .start();
        run.await();
        String output = harness.output(run);
        assertTrue(output.contains("Permission denied"), output);
        assertFalse(output.contains("hush"), output);
    }

    @Test
    void theWorkingDirectoryIsEnteredWithTheUsersRights() throws Exception {
        Path closed = Files.createDirectory(dir.resolve("closed"));
        Files.setPosixFilePermissions(closed, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        Run run = harness.shell("pwd")
                .as(SOMEBODY)
                .env(Map.of("LOGNAME", "games"))
                .workingDir(closed)
                .start();
        assertEquals(OptionalInt.of(126), run.await().exit());
        assertEquals(
                "fleetcron: cannot change to the working directory " + closed
                        + " as games; create it or correct working_dir\n",
                harness.output(run));
    }

    @Test
    void prioritiesAboveTheUsualAreGivenBeforeTheRightsAreGone() throws Exception {
        Run run = harness.shell("nice; ionice; id -u")
                .as(SOMEBODY)
                .nice(-3)
                .ioPriority(2, 1)
                .start();
        run.await();
        assertEquals("-3\nbest-effort: prio 1\n5\n", harness.output(run));
    }

    @Test
    void aTimeLimitReachesEverythingOfTheOtherUser() throws Exception {
        Run run = harness.shell("trap '' TERM; setsid sh -c 'setsid sleep 61.1 & :' & sleep 61.1; sleep 61.1")
                .as(SOMEBODY)
                .timeout(400)
                .killAfter(200)
                .start();
        assertEquals(Outcome.TIMED_OUT, run.await().outcome());
        assertEquals(0, RunHarness.count("sleep\u000061.1"));
    }

    /** It does not descend from the run, whatever its environment says. */
    @ParameterizedTest
    @ValueSource(strings = {"end", "limit", "request", "doubt", "supervisor", "guards"})
    void aStrangerOfAnotherUserWithTheRunsMarkerIsLeftAlone(String end) throws Exception {
        HostParts host = new HostParts(dir);
        Path go = dir.resolve("go");
        HostParts.shell("mkfifo " + dir.resolve("pipe"));
        int refuses = Descriptors.open(dir.resolve("pipe"), false); // a pipe cannot be written at an offset
        try {
            RunHarness.Builder builder = harness.shell(
                            "echo ready; until [ -e " + go + " ]; do sleep 0.05; done; sleep 63.1")
                    .killAfter(100);
            Run run = switch (end) {
                case "end" ->
                    harness.shell("echo ready; until [ -e " + go + " ]; do sleep 0.05; done")
                            .start();
                case "limit" -> builder.timeout(3000).start();
                case "doubt" ->
                    harness.launcher.start(
                            harness.withDescriptor(builder.lease(6000).spec(), refuses));
                default -> builder.start();
            };
            harness.awaitOutput(run, "ready");
            Process stranger = stranger(host);
            Files.createFile(go);
            if (end.equals("request")) {
                run.kill();
            } else if (end.equals("supervisor")) {
                RunHarness.signal(harness.process("supervisor"), "KILL");
            } else if (end.equals("guards")) {
                long first = harness.process("guard");
                RunHarness.signal(first, "KILL");
                RunHarness.until(() -> harness.process("guard") != first, "another guard");
                run.kill();
            }
            Outcome how = run.await().outcome();
            assertEquals(
                    switch (end) {
                        case "end" -> Outcome.SUCCEEDED;
                        case "limit" -> Outcome.TIMED_OUT;
                        case "doubt" -> Outcome.FENCED;
                        case "supervisor" -> Outcome.LOST;
                        default -> Outcome.KILLED;
                    },
                    how);
            run.unrecorded();
            harness.lock.abandon();
            RunHarness.until(harness::lockIsFree, "the lock");
            assertTrue(stranger.isAlive(), "the stranger was ended");
        } finally {
            Descriptors.close(refuses);
            host.close();
        }
    }

    private Process stranger(HostParts host) throws Exception {
        String marker = new RunDirectory(dir.resolve("state/runs/job@17"))
                .note()
                .orElseThrow()
                .marker();
        String variable = "FLEETCRON_RUN=" + marker;
        Process stranger = host.process(
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", variable, "sleep", "64.1");
        Path environment = Path.of("/proc/" + stranger.pid() + "/environ");
        RunHarness.until(
                () -> RunHarness.commandLine(stranger.pid()).startsWith("sleep")
                        && Files.readString(environment).contains(variable),
                "the stranger");
        return stranger;
    }

    /** The kernel forgets the death signal when a process changes its user: it must have been set afterwards. */
    @Test
    void aSupervisorThatIsKilledTakesTheCommandAlongEvenWithoutAGuard() throws Exception {
        Run run = harness.shell("echo ready; exec sleep 62.1").as(SOMEBODY).start();
        harness.awaitOutput(run, "ready");
        RunHarness.until(() -> RunHarness.count("sleep\u000062.1") == 1, "the sleeper");
        long supervisor = harness.process("supervisor");
        RunHarness.signal(harness.process("guard"), "KILL");
        RunHarness.signal(supervisor, "KILL");
        RunHarness.awaitGone("sleep\u000062.1");
        assertEquals(Outcome.LOST, run.await().outcome());
    }
}
