package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.cli.Main;
import io.fleetcron.cli.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code fleetcron logs} of a run that goes on: on the host that runs it, and on one that only has the share. */
@Slow
final class FollowTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** One call of the program that may last. */
    private static final class Call {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final CompletableFuture<Integer> status;

        Call(Path config, String... words) {
            String[] all = new String[words.length + 3];
            all[0] = "logs";
            all[1] = "--config";
            all[2] = config.toString();
            System.arraycopy(words, 0, all, 3, words.length);
            status = CompletableFuture.supplyAsync(
                    () -> Main.run(
                            all,
                            new PrintStream(out, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            Terminal.NONE),
                    task -> new Thread(task).start());
        }

        String out() {
            return out.toString(StandardCharsets.UTF_8);
        }

        String err() {
            return err.toString(StandardCharsets.UTF_8);
        }

        int status() throws InterruptedException, ExecutionException, TimeoutException {
            return status.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @Concurrent
    @CsvSource({"one, elsewhere", "one, here", "every, elsewhere", "every, here"})
    void followsARunToItsEnd(String runOn, String place) throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  speaks:\n    every: 1s\n    run_on: " + runOn + "\n    command: '"
                    + "echo one; while [ ! -e WITNESS/go ]; do sleep 0.1; done; echo two; exit 3'\n");
            fleet.start("a");
            fleet.await("the run to start", PATIENCE, () -> fleet.logs().contains("job=speaks fire"));
            Path config = place.equals("here") ? fleet.config() : elsewhere(fleet);
            // A member file, which alone tells of a job of every host, may be five seconds old.
            fleet.await("its first line, and word that it goes on", PATIENCE, () -> {
                Call now = new Call(config, "speaks");
                now.status.join();
                return now.out().equals("one\n") && now.err().contains("the run goes on; --follow");
            });

            Call follower = new Call(config, "speaks", "--follow");
            fleet.await("what there is", PATIENCE, () -> follower.out().equals("one\n"));
            Files.createFile(fleet.witness().resolve("go"));
            assertEquals(0, follower.status(), follower::err);
            assertEquals("one\ntwo\n", follower.out());
            assertTrue(follower.err().contains("token 1, instance a"), follower::err);
            assertTrue(follower.err().contains("the run is over: failed, exit status 3, at 20"), follower::err);
        }
    }

    @Test
    @Concurrent
    void saysWhenTheRunHasWrittenNothing() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs(
                    "jobs:\n  silent:\n    every: 1s\n    command: 'while [ ! -e WITNESS/go ]; do sleep 0.1; done'\n");
            fleet.start("a");
            fleet.await("the run", PATIENCE, () -> fleet.logs().contains("run started job=silent"));
            Call now = new Call(elsewhere(fleet), "silent");
            assertEquals(0, now.status());
            assertTrue(now.err().contains("has written nothing yet"), now::err);
            Call follower = new Call(elsewhere(fleet), "silent", "-f");
            fleet.await("the follower", PATIENCE, () -> follower.err().contains("token 1, instance a"));
            Files.createFile(fleet.witness().resolve("go"));
            assertEquals(0, follower.status(), follower::err);
            assertEquals("", follower.out());
            assertTrue(follower.err().contains("the run is over: succeeded"), follower::err);
            assertTrue(follower.err().contains("it wrote nothing"), follower::err);
        }
    }

    /** The configuration of another host of the fleet: it shares the shared directory and nothing else. */
    private Path elsewhere(TestFleet fleet) throws IOException {
        String text = Files.readString(fleet.config());
        return Files.writeString(
                folder.resolve("elsewhere.yaml"),
                text.replace(
                        folder.resolve("state").toString(),
                        folder.resolve("other").toString()));
    }
}
