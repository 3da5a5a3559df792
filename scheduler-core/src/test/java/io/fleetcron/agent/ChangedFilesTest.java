package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.cli.Cli;
import io.fleetcron.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as an agent whose files change under it. */
@Slow
final class ChangedFilesTest {

    private static final int PATIENCE_SECONDS = 120;

    @TempDir
    private Path folder;

    private Process agent;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectory(folder.resolve("jobs.d"));
        write("fleetcron.yaml", "shared_dir: shared\nstorage: local\nstate_dir: state\n");
        write("jobs.d/long.yaml", """
                jobs:
                  long:
                    every: 1s
                    command: 'cd "%s"; mkdir running || touch twice; while [ ! -e go ]; do sleep 0.1; done; touch ended'
                """.formatted(folder));
        agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "agent",
                        "--config",
                        folder.resolve("fleetcron.yaml").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        await("the run", () -> Files.exists(folder.resolve("running")));
    }

    @AfterEach
    void end() throws Exception {
        write("go", "");
        await("the end of the run", () -> Files.exists(folder.resolve("ended")));
        agent.destroyForcibly().waitFor();
    }

    @Test
    @Concurrent
    void arePickedUpAndRunsGoOn() throws Exception {
        write("jobs.d/new.yaml", "jobs: {new: {every: 1s, command: 'touch %s/new'}}\n".formatted(folder));
        await("the new job", () -> Files.exists(folder.resolve("new")));

        write("jobs.d/new.yaml", "jobs: {new: {every: 1, command: 'touch %s/newer'}}\n".formatted(folder));
        await("the refusal", () -> logged("reload refused") > 0);
        Files.deleteIfExists(folder.resolve("new"));
        await("the job as it was", () -> Files.exists(folder.resolve("new")));

        write("jobs.d/new.yaml", "jobs: {new: {every: 1s, command: 'touch %s/newer'}}\n".formatted(folder));
        await("the mended job", () -> Files.exists(folder.resolve("newer")));
        assertEquals(1, logged("reload refused"), this::log);
        assertEquals(1, logged("new.yaml:1:"), this::log);
        assertFalse(Files.exists(folder.resolve("twice")), "the run in progress was not touched");
        assertFalse(Files.exists(folder.resolve("ended")));
    }

    @Test
    @Concurrent
    void canBeComparedWithWhatTheAgentGoesBy() throws Exception {
        String main = folder.resolve("fleetcron.yaml").toString();
        await("the agent's own set", () -> Cli.run("diff", "-c", main).status() == 0);
        Path draft = Files.createDirectory(folder.resolve("set"));
        Files.copy(folder.resolve("fleetcron.yaml"), draft.resolve("fleetcron.yaml"));
        Files.createDirectory(draft.resolve("jobs.d"));
        Files.writeString(draft.resolve("jobs.d/other.yaml"), "jobs: {other: {every: 1h, command: x}}\n");
        await("the hashes that others see", () -> {
            Cli diff = Cli.run("diff", "-c", main, draft.toString(), "--json");
            assertEquals(1, diff.status(), diff.err());
            assertEquals("other", diff.json().get(0).get("job").getAsString(), diff.out());
            assertEquals("long", diff.json().get(1).get("job").getAsString(), diff.out());
            assertEquals(3, diff.json().size(), diff.out());
            return diff.json().get(2).get("differs").toString().equals("[\"long\",\"other\"]");
        });
    }

    /** As when a share is not mounted: without this each of its jobs would be taken for one that somebody removed. */
    @Test
    @Concurrent
    void aFolderWithoutFilesIsNotASetOfNoJobsUnlessSomebodySaysSo() throws Exception {
        Files.move(folder.resolve("jobs.d"), folder.resolve("away"), StandardCopyOption.ATOMIC_MOVE);
        Files.createDirectory(folder.resolve("jobs.d"));
        await("the refusal", () -> logged("reload refused: no job file is left in") > 0);

        assertEquals(0, logged("configuration reloaded"), this::log);
        new ProcessBuilder("kill", "-HUP", String.valueOf(agent.pid())).start().waitFor();
        await("the reload", () -> logged("configuration reloaded jobs=0") > 0);
    }

    private long logged(String text) {
        return log().lines().filter(line -> line.contains(text)).count();
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whole or not at all. */
    private void write(String name, String text) throws IOException {
        Path draft = Files.writeString(folder.resolve("draft"), text);
        Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "waited for " + what + "\n" + log());
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
