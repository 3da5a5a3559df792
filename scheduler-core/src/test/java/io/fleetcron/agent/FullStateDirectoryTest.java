package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.run.HostParts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full state directory keeps runs from starting, not the agent: it says so, and runs jobs once there is room. */
final class FullStateDirectoryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private HostParts host;

    @BeforeEach
    void open() {
        host = new HostParts(folder);
    }

    @AfterEach
    void close() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void anAgentStartsAndWorksOnceThereIsRoom() throws Exception {
        Path state = host.tmpfs("state", "size=256k,nr_inodes=64");
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  job:\n    every: 1s\n    command: '" + TestFleet.witnessed(":") + "'\n");
            fleet.start("a");
            fleet.await("a run", PATIENCE, () -> !fleet.witnesses().isEmpty());
            fleet.stop("a");
            fleet.await(
                    "the last run to end",
                    PATIENCE,
                    () -> fleet.witnesses().stream().allMatch(run -> run.end().isPresent()));
            long before = token(fleet);
            fill(state, "before");

            fleet.start("a");
            fill(state, "after"); // what the last agent kept for its next runs is room too
            fleet.await(
                    "the lack of room to be told", PATIENCE, () -> fleet.logs().contains("No space left on device"));
            long without = fleet.witnesses().size();
            assertTrue(fleet.isRunning("a"), fleet::logs);

            Files.delete(state.resolve("before"));
            Files.delete(state.resolve("after"));
            fleet.await("a run", PATIENCE, () -> fleet.witnesses().size() > without);
            assertTrue(token(fleet) > before);
        }
    }

    private static long token(TestFleet fleet) {
        return fleet.ledger("job").orElseThrow().token();
    }

    /** Takes every block. */
    private static void fill(Path directory, String name) throws IOException {
        try (OutputStream filler = Files.newOutputStream(directory.resolve(name))) {
            while (true) {
                filler.write(new byte[4096]);
            }
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.toString());
        }
    }
}
