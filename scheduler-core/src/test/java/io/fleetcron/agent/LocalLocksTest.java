package io.fleetcron.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.cli.Main;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job with {@code run_on: every} has one run on a host at a time, whoever starts it, in whatever environment. */
@Slow
final class LocalLocksTest {

    private static final int PATIENCE_SECONDS = 120;

    /** Exit status of {@code fleetcron run} for a job that runs elsewhere. */
    private static final int ELSEWHERE = 75;

    @TempDir
    private Path folder;

    private final List<Process> agents = new ArrayList<>();

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(folder.resolve("home"));
        write("fleetcron.yaml", "shared_dir: shared\nstorage: local\njobs: [jobs.yaml]\n");
        write("other.yaml", "shared_dir: shared\nstorage: local\nstate_dir: other\njobs: [jobs.yaml]\n");
        // A second run beside the first one says so and ends.
        write("jobs.yaml", """
                jobs:
                  local:
                    every: 1s
                    run_on: every
                    overlap: skip
                    command: >-
                      cd "%s";
                      mkdir running || { touch twice; exit 0; };
                      while [ ! -e go ]; do sleep 0.1; done;
                      rmdir running
                  fleet:
                    schedule: "@yearly"
                    command: "true"
                """.formatted(folder));
    }

    @AfterEach
    void end() throws Exception {
        Files.writeString(folder.resolve("go"), "");
        for (Process agent : agents) {
            agent.destroyForcibly().waitFor();
        }
        await("the run to end", () -> !Files.exists(folder.resolve("running")));
    }

    @Test
    void aCommandFindsTheServicesLocksInAnotherEnvironment() throws Exception {
        startAgent("a", Map.of("STATE_DIRECTORY", usual().toString()));
        await("the run", () -> Files.exists(folder.resolve("running")));

        assertEquals(ELSEWHERE, run(Map.of(), "fleetcron.yaml"));
        assertEquals(ELSEWHERE, run(Map.of("STATE_DIRECTORY", folder.resolve("x") + ":y"), "fleetcron.yaml"));
        assertEquals(ELSEWHERE, run(Map.of("HOME", "/nowhere", "XDG_STATE_HOME", "/nowhere"), "fleetcron.yaml"));
        assertEquals(ELSEWHERE, run(Map.of(), "fleetcron.yaml", "--instance", "b"), "nor as another instance");
        assertFalse(Files.exists(folder.resolve("twice")), "two runs at once");
    }

    @Test
    void aCommandThatWouldUseOtherLocksIsRefused() throws Exception {
        startAgent("a", Map.of());
        await("the run", () -> Files.exists(folder.resolve("running")));

        assertEquals(1, run(Map.of(), "other.yaml", "--instance", "b"));
        String message = log("run");
        assertTrue(message.contains("instance a"), message);
        assertTrue(message.contains(usual() + "/jobs@"), message);
        assertTrue(message.contains(folder.resolve("other") + "/jobs@"), message);
        assertFalse(Files.exists(folder.resolve("twice")), "two runs at once");
    }

    @Test
    void aSecondAgentOfTheHostWithOtherLocksDoesNotStart() throws Exception {
        startAgent("a", Map.of());
        assertEquals(1, ended(program("agent-b", Map.of(), "agent", "other.yaml", "--instance", "b")));
        assertTrue(log("agent-b").contains("Use the same user and state_dir"), log("agent-b"));
    }

    /** Else commands beside the service, which do not have its environment, would look elsewhere. */
    @Test
    void aServiceWithAStateDirectoryOfItsOwnSetsItInTheConfiguration() throws Exception {
        Map<String, String> unit =
                Map.of("STATE_DIRECTORY", folder.resolve("unit").toString());
        assertEquals(1, ended(program("agent-a", unit, "agent", "fleetcron.yaml", "--instance", "a")));
        assertTrue(log("agent-a").contains("set `state_dir: " + folder.resolve("unit") + "`"), log("agent-a"));
    }

    /** Earlier versions had the locks of each instance in its own directory. */
    @Test
    void theLocksOfAnEarlierVersionAreTakenOver() throws Exception {
        Path earlier = Files.createDirectories(usual().resolve("a/jobs"));
        Files.writeString(earlier.resolve("kept.lock"), "");
        Object file = Files.getAttribute(earlier.resolve("kept.lock"), "unix:ino");
        startAgent("a", Map.of());

        assertEquals(file, Files.getAttribute(locks().resolve("kept.lock"), "unix:ino"));
        assertFalse(Files.exists(earlier));
        await("the run", () -> Files.exists(folder.resolve("running")));
        assertEquals(ELSEWHERE, run(Map.of(), "fleetcron.yaml"), () -> log("run"));
    }

    /** The directory of the locks is named by the path, and no name may be longer than 255 bytes. */
    @Test
    void aSharedDirectoryWithALongPathHasLocksOfItsOwn() throws Exception {
        String shared = String.join("/", Collections.nCopies(3, "x".repeat(100)));
        Files.createDirectories(folder.resolve(shared).resolve("1"));
        Files.createDirectories(folder.resolve(shared).resolve("2"));
        String config = "shared_dir: " + shared + "/%s\nstorage: local\njobs: [jobs.yaml]\n";
        write("fleetcron.yaml", config.formatted("1"));
        write("other.yaml", config.formatted("2"));
        startAgent("a", Map.of());
        await("the run", () -> Files.exists(folder.resolve("running")));

        assertEquals(ELSEWHERE, run(Map.of(), "fleetcron.yaml"), () -> log("run"));
        assertEquals(0, run(Map.of(), "other.yaml"), () -> log("run"));
        assertTrue(Files.exists(folder.resolve("twice")), "another fleet has other locks");
    }

    /** Before the first start of the new version's agent. A ledger in the new place would keep all others from coming there. */
    @Test
    void aCommandThatSettlesAJobOfEveryHostTakesThemOverToo() throws Exception {
        Path earlier = Files.createDirectories(usual().resolve("a/jobs"));
        Files.writeString(earlier.resolve("kept.lock"), "");
        assertEquals(
                0,
                ended(program(
                        "settle", Map.of(), "settle", "fleetcron.yaml", "local", "--to", "now", "--instance", "a")),
                () -> log("settle"));
        assertTrue(Files.exists(locks().resolve("kept.lock")));
        assertTrue(Files.exists(locks().resolve("local.lock")));
        assertFalse(Files.exists(earlier));
    }

    @Test
    void aCommandForAJobOfTheFleetLeavesTheLocksOfAnEarlierVersion() throws Exception {
        Path earlier = Files.createDirectories(usual().resolve("a/jobs"));
        Files.writeString(earlier.resolve("kept.lock"), "");
        assertEquals(0, ended(program("run", Map.of(), "run", "fleetcron.yaml", "fleet", "--instance", "a")));
        assertTrue(Files.exists(earlier.resolve("kept.lock")), "its agent may still run, and use them");
    }

    /** Else each would leave one until the agent starts again. */
    @Test
    void aCommandLeavesNoDirectoryOfItsRun() throws Exception {
        assertEquals(0, ended(program("run", Map.of(), "run", "fleetcron.yaml", "fleet", "--instance", "a")));
        try (Stream<Path> left = Files.list(usual().resolve("a/runs"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    private Path locks() {
        return usual().resolve(
                        "jobs@" + URLEncoder.encode(folder.resolve("shared").toString(), UTF_8));
    }

    private Path usual() {
        return folder.resolve("home/.local/state/fleetcron");
    }

    private void startAgent(String instance, Map<String, String> environment) throws Exception {
        Process agent = program("agent-" + instance, environment, "agent", "fleetcron.yaml", "--instance", instance);
        agents.add(agent);
        await("agent " + instance, () -> {
            assertTrue(agent.isAlive(), () -> log("agent-" + instance));
            return log("agent-" + instance).contains("agent started");
        });
    }

    private int run(Map<String, String> environment, String config, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("local"));
        words.addAll(List.of(more));
        return ended(program("run", environment, "run", config, words.toArray(String[]::new)));
    }

    private int ended(Process process) throws Exception {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("does not end: " + process.info());
        }
        return process.exitValue();
    }

    /** The program in the name of a user with a home of its own, in that environment alone. */
    private Process program(String log, Map<String, String> environment, String command, String config, String... more)
            throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-Duser.name=tester",
                "-Duser.home=" + folder.resolve("home"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                command,
                "--config",
                folder.resolve(config).toString()));
        words.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log + ".log").toFile());
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".log"));
        } catch (IOException e) {
            return "";
        }
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "waited for " + what + "\n" + log("agent-a"));
            Thread.sleep(20);
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
