package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import io.fleetcron.natives.Descriptors;
import io.fleetcron.run.RunEnd.How;
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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Ends of runs beside, or with, a process whose memory is locked: whoever reads its environment waits without end. */
@EnabledIfSystemProperty(
        named = "fleetcron.hostile",
        matches = "true",
        disabledReason = "it delays whoever lists processes")
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
    void aStrangerDelaysNeitherLimitNorRequestNorFence() throws Exception {
        Path sleep =
                Files.copy(Path.of("/bin/sleep"), dir.resolve("hungtestsleep"), StandardCopyOption.COPY_ATTRIBUTES);
        stranger();
        Run run = harness.shell("setsid " + sleep + " 96 & echo ready; " + sleep + " 96")
                .timeout(700)
                .killAfter(100)
                .start();
        endsWithin(5000, run, How.TIMED_OUT);
        run.forget();
        run = harness.shell("setsid " + sleep + " 96 & echo ready; " + sleep + " 96")
                .killAfter(100)
                .start();
        harness.awaitOutput(run, "ready");
        run.kill();
        endsWithin(5000, run, How.KILLED);
        run.forget();
        int nowhere = Descriptors.open(Path.of("/proc/self/mem"), false); // writing to its first pages gives EIO
        try {
            RunSpec spec = harness.shell("setsid " + sleep + " 96 & " + sleep + " 96")
                    .lease(6000)
                    .spec();
            endsWithin(5900, harness.launcher.start(harness.withDescriptor(spec, nowhere)), How.FENCED);
        } finally {
            Descriptors.close(nowhere);
        }
    }

    private void endsWithin(long millis, Run run, How how) throws Exception {
        Duration before = RunHarness.sinceBoot();
        assertEquals(how, run.await().how());
        assertEquals(0, sleepers());
        long took = RunHarness.sinceBoot().minus(before).toMillis();
        assertTrue(took < millis, how + " after " + took + " ms");
    }

    /** By their names, for command lines are in the memory that nobody can read. */
    private static long sleepers() throws Exception {
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
    private void stranger() throws Exception {
        Process started = host.process(hang.toString(), host.folder("hung").toString());
        BufferedReader out = started.inputReader(StandardCharsets.UTF_8);
        String number = out.readLine();
        assumeTrue(number.matches("[0-9]+"), "this host has no file systems in user space: " + number);
        awaitHung(Integer.parseInt(number));
    }

    private static void awaitHung(int pid) throws Exception {
        Path stat = Path.of("/proc/" + pid + "/stat");
        RunHarness.until(() -> Files.readString(stat).contains(") D "), "the hung process");
    }
}
