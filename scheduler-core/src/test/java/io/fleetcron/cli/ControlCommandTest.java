package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask something of the fleet, where no agent is up: what is on record then, and what is said of it. */
class ControlCommandTest {
    private static final String NO_AGENT = "no agent is up; it is on record, and an agent that starts reads it first";

    @TempDir
    private Path folder;

    private FleetFolder fleet;

    @BeforeEach
    void write() throws IOException {
        fleet = new FleetFolder(folder);
    }

    @Test
    void theNextFireIsLeftOutHoweverOftenItIsAskedFor() {
        Instant before = Instant.now();
        Cli skip = fleet.run("skip", "one", "--reason", "holiday", "--json");
        assertEquals(0, skip.status(), skip.err());
        assertTrue(skip.err().contains(NO_AGENT), skip.err());
        Instant left = Instant.parse(skip.json().get(0).get("last").getAsString());
        assertEquals(left.toString(), skip.json().get(0).get("first").getAsString());
        assertEquals(0, left.getEpochSecond() % 3600);
        assertTrue(Duration.between(before, left).toHours() < 2, left.toString());

        Cli again = fleet.run("skip", "one", "--json");
        Instant then = Instant.parse(again.json().get(0).get("last").getAsString());
        assertTrue(then.equals(left) || before.plusSeconds(3600).isAfter(left), "no more are left out: " + then);
        assertTrue(fleet.run("status").out().contains("holiday"));
    }

    @Test
    void theMaintenanceSwitchLeavesPausedWhatIsPausedByItself() {
        assertEquals(
                0,
                fleet.run("pause", "*", "--for", "1h", "--reason", "maintenance")
                        .status());
        assertTrue(fleet.run("status").out().contains("maintenance"));
        Cli pause = fleet.run("pause", "two", "--forever", "--reason", "its own");
        assertEquals(0, pause.status(), pause.err());
        assertTrue(pause.out().contains("paused: two until it is resumed"), pause.out());

        Cli resume = fleet.run("resume", "*");
        assertEquals(1, resume.status(), "one is still paused");
        assertTrue(resume.err().contains("*: still paused by `fleetcron pause two`"), resume.err());
        assertEquals(0, fleet.run("resume", "two").status());
    }

    @Test
    void aTableThatCannotBeTrustedIsReplacedOnlyByResumingAll() throws IOException {
        fleet.run("pause", "two", "--forever", "--reason", "test");
        Path table = folder.resolve("shared/control/table");
        byte[] damaged = Files.readAllBytes(table);
        damaged[3] ^= 1;
        damaged[515] ^= 1;
        Files.write(table, damaged);
        Cli status = fleet.run("status");
        assertEquals(1, status.status());
        assertTrue(status.err().contains("the table of controls cannot be trusted"), status.err());
        Cli refused = fleet.run("pause", "one", "--forever", "--reason", "test");
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("`fleetcron resume --all` writes a new one"), refused.err());

        assertEquals(0, fleet.run("resume", "--all").status());
        assertEquals(
                0, fleet.run("pause", "one", "--forever", "--reason", "test").status());
    }

    @Test
    void whatDoesNotRunIsNotEnded() {
        Cli kill = fleet.run("kill", "one");
        assertEquals("not running: one\n", kill.out());
        assertEquals(0, kill.status(), kill.err());
    }

    /** As if the file server did not answer the one command that holds the lock. */
    @Test
    void aCommandThatCannotWriteSaysSoInTime() throws Exception {
        fleet.run("pause", "two", "--forever", "--reason", "test");
        Path table = folder.resolve("shared/control/table");
        Process holder =
                new ProcessBuilder("flock", table.toString(), "sh", "-c", "echo locked; exec sleep 600").start();
        try {
            assertEquals("locked", holder.inputReader().readLine());
            Cli pause = fleet.run("pause", "one", "--timeout", "4s", "--forever", "--reason", "x");
            assertEquals(1, pause.status(), pause.err());
            assertTrue(pause.err().contains("table: another command has held its lock for 3 s"), pause.err());
        } finally {
            holder.descendants().forEach(ProcessHandle::destroyForcibly);
            holder.destroyForcibly();
        }
    }
}
