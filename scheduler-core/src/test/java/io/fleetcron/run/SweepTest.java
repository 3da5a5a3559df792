package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunId;
import io.fleetcron.natives.BootClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the sweep of a vanished run must leave alone: strangers with numbers that were the run's. */
@Timeout(60)
@Slow
class SweepTest {
    @TempDir
    Path dir;

    private Process stranger;
    private ProcessId leader;

    @BeforeEach
    void startStranger() throws Exception {
        stranger = new ProcessBuilder("setsid", "sh", "-c", "sleep 66.1; :").start();
        RunHarness.until(() -> RunHarness.commandLine(stranger.pid()).startsWith("sh"), "the stranger");
        leader = ProcessId.of(Math.toIntExact(stranger.pid())).orElseThrow();
    }

    @AfterEach
    void endStranger() {
        stranger.descendants().forEach(ProcessHandle::destroyForcibly);
        stranger.destroyForcibly();
    }

    @Test
    void aSessionWhoseNumberWasTheCommandsIsNotTheRuns() throws Exception {
        swept("command " + leader.pid() + " " + (leader.start() - 1) + "\n");
        assertTrue(stranger.isAlive());
        assertEquals(1, stranger.descendants().count());
    }

    @Test
    void theSessionOfTheCommandIsEnded() throws Exception {
        swept("command " + leader.pid() + " " + leader.start() + "\n");
        stranger.waitFor();
        assertEquals(0, RunHarness.count("sleep\u000066.1"));
    }

    /** A guard that never came to write its own numbers, or could not start, leaves those of an earlier run. */
    @Test
    void theSessionOfTheRunThatHadTheDirectoryBeforeIsNotTheRuns() throws Exception {
        RunHarness.until(() -> inTicks(BootClock.uptime()) > leader.start(), "a later tick of the clock");
        swept("command " + leader.pid() + " " + leader.start() + "\n", BootClock.uptime());
        assertTrue(stranger.isAlive());
        assertEquals(1, stranger.descendants().count());
    }

    /** As proc_pid_stat(5) gives times: USER_HZ is 100 on every architecture that there is a package for. */
    private static long inTicks(Duration uptime) {
        return uptime.toMillis() / 10;
    }

    private void swept(String pids) throws Exception {
        swept(pids, Duration.ZERO);
    }

    private void swept(String pids, Duration began) throws Exception {
        RunDirectory directory = new RunDirectory(dir.resolve("state/runs/job@9"));
        directory.create();
        directory.write(new RunRecord(
                new RunId("job", Instant.EPOCH, 9, "i1"),
                Instant.EPOCH,
                began.toMillis(),
                "marker-of-nobody",
                Optional.empty(),
                Optional.empty(),
                new ProcessId(1, 0, ProcessId.self().boot())));
        Files.writeString(directory.path().resolve("pids"), "guard 4000001 1\nsupervisor 4000002 1\n" + pids);
        Run run = new SupervisedLauncher(dir.resolve("state"), "i1", InstantSource.system())
                .survivors()
                .get(0);
        assertEquals(Outcome.LOST, run.await().outcome());
    }
}
