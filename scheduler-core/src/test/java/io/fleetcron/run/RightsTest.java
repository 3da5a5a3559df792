package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import io.fleetcron.natives.UserDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a command of another user has, and what it may do with the processes that keep its run. */
@Timeout(60)
@Slow
class RightsTest {
    private static final Account SOMEBODY = new Account(5, 60, List.of(60L));

    @TempDir
    static Path programs;

    private static Path rights;

    @TempDir
    Path dir;

    private RunHarness harness;

    @BeforeAll
    static void compile() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may start commands as somebody else");
        rights = NativeHelper.compile(programs, "rights");
        programs.toFile().setExecutable(true, false);
    }

    @BeforeEach
    void open() throws Exception {
        harness = new RunHarness(dir);
    }

    @AfterEach
    void close() {
        if (harness != null) {
            harness.close();
        }
    }

    @Test
    void theCommandHasOnlyWhatIsTheUsers() throws Exception {
        List<String> lines = output("exec " + rights)
                .lines()
                .filter(line -> !line.startsWith("session keyring"))
                .toList();
        assertEquals(
                List.of(
                        "securebits 0",
                        "death signal 9",
                        "core " + core(),
                        "oom score " + Math.max(0, oomScore()),
                        "leader 1",
                        "become root Operation not permitted",
                        "supervisor environ Permission denied",
                        "supervisor mem Permission denied",
                        "supervisor ptrace Operation not permitted",
                        "supervisor getfd Operation not permitted",
                        "supervisor kill Operation not permitted",
                        "guard environ Permission denied",
                        "guard mem Permission denied",
                        "guard ptrace Operation not permitted",
                        "guard getfd Operation not permitted",
                        "guard kill Operation not permitted"),
                lines);
    }

    @Test
    void noAttemptHasTheKeysOfAnother() throws Exception {
        Run run = harness.shell(rights + " | grep keyring; exit 1")
                .as(SOMEBODY)
                .retries(0, 0)
                .start();
        run.await();
        List<String> keyrings = harness.output(run).lines().toList();
        assumeTrue(!keyrings.contains("session keyring -1"), "this host has no keys");
        assertEquals(3, keyrings.size());
        assertEquals(3, keyrings.stream().distinct().count(), keyrings.toString());
    }

    @Test
    void aDaemonHasNothingButItsOutput() throws Exception {
        Run run = harness.shell("setsid sh -c 'ls -l /proc/self/fd | grep -o \" [0-9]* -> .*\"; sleep 67.1' & echo $!"
                        + "; sleep 0.3")
                .as(SOMEBODY)
                .retries(0)
                .start();
        run.await();
        String output = harness.output(run);
        try {
            assertFalse(output.contains("memfd") || output.contains("socket") || output.contains("job.lock"), output);
        } finally {
            try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
                all.filter(process -> RunHarness.commandLine(process.pid()).equals("sleep\00067.1\0"))
                        .forEach(ProcessHandle::destroyForcibly);
            }
        }
    }

    private String output(String line) throws Exception {
        Run run = harness.shell(line).as(SOMEBODY).start();
        run.await();
        return harness.output(run);
    }

    private static String core() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max core file size"))
                .map(line -> line.replaceAll("\\D+", " ").strip().split(" ")[0])
                .map(number -> number.isEmpty() ? "-1" : number)
                .findFirst()
                .orElseThrow();
    }

    private static int oomScore() throws Exception {
        return Integer.parseInt(
                Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
    }
}
