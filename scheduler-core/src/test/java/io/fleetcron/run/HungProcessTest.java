package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.natives.Descriptors;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ends of runs beside a process whose memory is locked: whoever reads its environment or command line waits. That holds for
 * every process of this host, so each such process lasts for one run only.
 */
@Timeout(60)
@Slow
class HungProcessTest {
    @TempDir
    static Path programs;

    private static Path hang;

    @TempDir
    Path dir;

    private HostParts host;
    private RunHarness harness;

    @BeforeAll
    static void compile() throws Exception {
        hang = NativeHelper.compile(programs, "hang");
    }

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
    void aStrangerDoesNotDelayALimit() throws Exception {
        endsWithin(5000, harness.shell(sleepers()).timeout(700).killAfter(100).spec(), Outcome.TIMED_OUT, run -> {});
    }

    @Test
    void aStrangerDoesNotDelayARequest() throws Exception {
        endsWithin(5000, harness.shell(sleepers()).killAfter(100).spec(), Outcome.KILLED, run -> {
            harness.awaitOutput(run, "ready");
            run.kill();
        });
    }

    @Test
    void aStrangerDoesNotDelayAFence() throws Exception {
        int nowhere = Descriptors.open(Path.of("/proc/self/mem"), false); // writing to its first pages gives EIO
        try {
            RunSpec spec = harness.shell(sleepers()).lease(6000).spec();
            endsWithin(5900, harness.withDescriptor(spec, nowhere), Outcome.FENCED, run -> {});
        } finally {
            Descriptors.close(nowhere);
        }
    }

    /** One in the command's session, and one in another. */
    private String sleepers() throws IOException {
        Path sleep =
                Files.copy(Path.of("/bin/sleep"), dir.resolve("hungtestsleep"), StandardCopyOption.COPY_ATTRIBUTES);
        return "setsid " + sleep + " 96 & echo ready; " + sleep + " 96";
    }

    private void endsWithin(long millis, RunSpec spec, Outcome how, Step end) throws Exception {
        Process stranger = stranger();
        Duration before = RunHarness.sinceBoot();
        Run run = harness.launcher.start(spec);
        end.take(run);
        assertEquals(how, run.await().outcome());
        long took = RunHarness.sinceBoot().minus(before).toMillis();
        stranger.destroyForcibly().waitFor();
        assertEquals(0, countSleepers());
        assertTrue(took < millis, how + " after " + took + " ms");
    }

    /** By their names, for command lines are in the memory that nobody can read. */
    private static long countSleepers() throws Exception {
        long count = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                count += name(process).equals("hungtestsleep") ? 1 : 0;
            }
        }
        return count;
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Starts a process that hangs, of no run. */
    private Process stranger() throws Exception {
        Process started = host.process(hang.toString(), host.folder("hung").toString());
        BufferedReader out = started.inputReader(StandardCharsets.UTF_8);
        String number = out.readLine();
        assumeTrue(number.matches("[0-9]+"), "this host has no file systems in user space: " + number);
        awaitHung(Integer.parseInt(number));
        return started;
    }

    private static void awaitHung(int pid) throws Exception {
        Path stat = Path.of("/proc/" + pid + "/stat");
        RunHarness.until(() -> Files.readString(stat).contains(") D "), "the hung process");
    }

    private interface Step {
        void take(Run run) throws Exception;
    }
}
