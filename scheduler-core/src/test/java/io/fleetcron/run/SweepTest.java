package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.run.RunEnd.How;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the sweep of a vanished run must leave alone: strangers with numbers that were the run's. */
@Timeout(60)
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

    private void swept(String pids) throws Exception {
        RunDirectory directory = new RunDirectory(dir.resolve("state/runs/job@9"));
        directory.create();
        directory.write(new RunRecord(
                "job",
                Instant.EPOCH,
                9,
                "i1",
                Instant.EPOCH,
                "marker-of-nobody",
                Optional.empty(),
                new ProcessId(1, 0, ProcessId.self().boot())));
        Files.writeString(directory.path().resolve("pids"), "guard 4000001 1\nsupervisor 4000002 1\n" + pids);
        Run run = new SupervisedLauncher(dir.resolve("state"), "i1").survivors().get(0);
        assertEquals(How.VANISHED, run.await().how());
    }
}
