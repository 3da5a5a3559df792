package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.nio.file.ExtendedOpenOption;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.run.HostParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent asks of the mounts of its host: at its start, and again at each claim. */
final class ReadMountsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String INSTANCE = "a";
    private static final String GOOD = "vers=4.1,hard,local_lock=none";
    private static final int HOUR = 3600;

    @TempDir
    private Path folder;

    private HostParts host;
    private ShownMounts mounts;

    @BeforeEach
    void open() throws IOException {
        host = new HostParts(folder);
        mounts = new ShownMounts(folder);
    }

    @AfterEach
    void close() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void aStateDirectoryOnAFileServerIsRefused() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs: {}\n");
            fleet.under(INSTANCE, mounts.words());
            mounts.nfs(folder.resolve("state"), GOOD, HOUR);
            String refusal = String.valueOf(assertThrows(IllegalStateException.class, () -> fleet.start(INSTANCE))
                    .getMessage());
            String words = "state_dir " + folder.resolve("state/a") + " is on nfs4 (server:/ mounted on "
                    + folder.resolve("state") + "). Runs in progress must not depend on a file server";
            assertTrue(refusal.contains(words), refusal);
        }
    }

    /** The server's lease and the mount may change while an agent runs: what holds at a claim is what its run lives by. */
    @Test
    void leaseAndOptionsAreThoseOfEachClaim() throws Exception {
        Path shared = host.tmpfs("shared", "size=16m,mode=700");
        assumeTrue(takesDirectWrites(shared), "this kernel's tmpfs takes no direct writes of any length, as NFS does");
        try (TestFleet fleet = new TestFleet(folder)) {
            Files.writeString(fleet.config(), Files.readString(fleet.config()).replace("storage: local\n", ""));
            fleet.jobs("jobs:\n  long:\n    every: 1s\n    command: '"
                    + TestFleet.witnessed("until [ -e " + folder + "/end-$FLEETCRON_TOKEN ]; do sleep 0.1; done")
                    + "'\n");
            fleet.under(INSTANCE, mounts.words());
            mounts.nfs(shared, GOOD, HOUR);
            fleet.start(INSTANCE);
            fleet.await("a run", PATIENCE, () -> fleet.witnesses().size() == 1);

            mounts.nfs(shared, GOOD, 12);
            end(1);
            // Of an hour's lease the first one comes after ten minutes.
            fleet.await("a heartbeat of the next run", PATIENCE, () -> beats().contains("{\"token\":2,"));

            mounts.nfs(shared, GOOD.replace("hard", "soft"), 12);
            end(2);
            fleet.await("the refusal", PATIENCE, () -> log(fleet).contains("is mounted with `soft`"));
            assertEquals(2, fleet.witnesses().size());

            mounts.nfs(shared, GOOD, 12);
            fleet.await("the next run", PATIENCE, () -> fleet.witnesses().size() == 3);
            end(3);
            fleet.stop(INSTANCE);
        }
    }

    private static boolean takesDirectWrites(Path directory) throws IOException {
        Path probe = directory.resolve("probe");
        try (FileChannel channel = FileChannel.open(
                probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)) {
            return channel.isOpen();
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private void end(int token) throws IOException {
        Files.createFile(folder.resolve("end-" + token));
    }

    private String beats() {
        String file = text(folder.resolve("shared/jobs/long.lock"));
        return file.substring(Math.min(LedgerLayout.BEAT, file.length()), Math.min(LedgerLayout.EXIT, file.length()));
    }

    private static String log(TestFleet fleet) {
        return text(fleet.log(INSTANCE));
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
