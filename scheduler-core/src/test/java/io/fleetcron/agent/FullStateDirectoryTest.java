package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.run.HostParts;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full state directory keeps no agent from starting: it adopts what runs, and starts runs once there is room. */
@Slow
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
        Path state = host.tmpfs("state", "size=256k,mode=700");
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  job:\n    every: 1s\n    command: '"
                    + TestFleet.witnessed("while [ ! -e WITNESS/../go ]; do sleep 0.1; done") + "'\n");
            fleet.start("a");
            fleet.await("a run", PATIENCE, () -> !fleet.witnesses().isEmpty());
            fleet.kill("a");
            fill(state, "before");

            fleet.start("a");
            fill(state, "after"); // what the last agent kept for its next runs is room too
            fleet.await("the run to be adopted", PATIENCE, () -> fleet.logs().contains("run taken back job=job"));
            Files.createFile(folder.resolve("go"));
            fleet.await("its true end", PATIENCE, () -> outcomes(fleet).contains(Outcome.SUCCEEDED));
            fleet.await("the lack of room to be reported", PATIENCE, () -> table().contains("No space left on device"));
            long without = fleet.witnesses().size();

            Files.delete(state.resolve("before"));
            Files.delete(state.resolve("after"));
            fleet.await("a run", PATIENCE, () -> fleet.witnesses().size() > without);
            fleet.await("its end to be reported", PATIENCE, () -> !table().contains("No space left on device"));
        }
    }

    private static List<Outcome> outcomes(TestFleet fleet) {
        return fleet.history().stream().map(line -> line.settlement().outcome()).toList();
    }

    private String table() {
        try {
            return Files.readString(folder.resolve("shared/members/table"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
