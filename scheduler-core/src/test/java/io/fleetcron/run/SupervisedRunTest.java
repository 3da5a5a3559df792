package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.run.RunEnd.How;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One run from start to end, with real processes. */
@Timeout(60)
class SupervisedRunTest {
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

    @Test
    void aCommandThatSucceeds() throws Exception {
        Instant before = Instant.now();
        Run run = harness.shell("echo out; echo err >&2").start();
        RunEnd end = run.await();
        assertEquals(How.SUCCEEDED, end.how());
        assertEquals(OptionalInt.of(0), end.exit());
        assertEquals(1, end.attempts());
        assertTrue(Duration.between(before, end.ended()).abs().compareTo(Duration.ofSeconds(30)) < 0, end.toString());
        assertEquals("out\nerr\n", harness.output(run));
        assertEquals(new ExitRecord(17, end), harness.exitRecord().orElseThrow());
    }

    @Test
    void aCommandThatFails() throws Exception {
        RunEnd end = harness.shell("exit 7").run();
        assertEquals(How.FAILED, end.how());
        assertEquals(OptionalInt.of(7), end.exit());
    }

    @Test
    void aCommandEndedByASignal() throws Exception {
        RunEnd end = harness.shell("kill -9 $$").run();
        assertEquals(How.FAILED, end.how());
        assertEquals(OptionalInt.of(137), end.exit());
    }

    @Test
    void retriesUntilItSucceeds() throws Exception {
        Run run = harness.shell("echo attempt $FLEETCRON_ATTEMPT; [ $FLEETCRON_ATTEMPT = 3 ]")
                .retries(10, 20, 30, 40)
                .start();
        assertEquals(new Result(How.SUCCEEDED, 0, 3), Result.of(run.await()));
        assertEquals("attempt 1\nattempt 2\nattempt 3\n", harness.output(run));
    }

    @Test
    void retriesAtMostSoOften() throws Exception {
        assertEquals(
                new Result(How.FAILED, 3, 3),
                Result.of(harness.shell("exit 3").retries(10, 20).run()));
    }

    @Test
    void theExitRecordOfASecondRunReplacesTheFirst() throws Exception {
        Run first = harness.shell("exit 1").start();
        first.await();
        first.forget();
        assertFalse(Files.exists(first.output().getParent()));
        harness.shell("exit 2").run();
        assertEquals(OptionalInt.of(2), harness.exitRecord().orElseThrow().end().exit());
    }

    @Test
    void theEnvironmentIsExactlyTheJobsOwn() throws Exception {
        Run run = harness.argv("/usr/bin/env")
                .env(Map.of("PATH", "/opt/x:/usr/bin", "TRICKY", "a 'b' \"c\" $d \\ `e`", "LC_ALL", "C.UTF-8"))
                .start();
        run.await();
        List<String> lines = new java.util.ArrayList<>(
                new TreeSet<>(harness.output(run).lines().toList()));
        assertTrue(lines.removeIf(line -> line.startsWith("FLEETCRON_RUN=job@17@")));
        assertEquals(
                List.of(
                        "FLEETCRON_ATTEMPT=1",
                        "FLEETCRON_FIRE=2026-11-23T02:30:00Z",
                        "FLEETCRON_INSTANCE=i1",
                        "FLEETCRON_JOB=job",
                        "FLEETCRON_TOKEN=17",
                        "LC_ALL=C.UTF-8",
                        "PATH=/opt/x:/usr/bin",
                        "TRICKY=a 'b' \"c\" $d \\ `e`"),
                lines);
    }

    /** The parts of an end that do not depend on the clock. */
    private record Result(How how, int exit, int attempts) {
        static Result of(RunEnd end) {
            return new Result(end.how(), end.exit().orElse(-1), end.attempts());
        }
    }
}
