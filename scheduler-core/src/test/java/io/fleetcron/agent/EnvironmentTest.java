package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import io.fleetcron.byhand.ManualRun;
import io.fleetcron.cli.Cli;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.natives.UserDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands get from job files, with a real agent and real users. */
@Slow
final class EnvironmentTest {

    private static final String SECRET = "hush-8161-now";

    @TempDir
    Path folder;

    @Test
    void whatACommandGets() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may start commands as somebody else");
        Path env = Files.writeString(folder.resolve("job.env"), "FROM=file\nBOTH=file\nTOKEN='" + SECRET + "'\n");
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs(
                    "jobs:\n"
                            + "  usual: {every: 2s, command: 'env | sort; umask; pwd; id -un'}\n"
                            + "  games: {every: 2s, user: games, working_dir: /, command: 'env | sort; umask; id -un; id -gn'}\n"
                            + "  group: {every: 2s, user: games, group: man, working_dir: /, command: [id, -gn]}\n"
                            + "  shell: {every: 2s, shell: /bin/bash, command: 'echo $SHELL ${BASH_VERSION:+bash}'}\n"
                            + "  files: {every: 2s, env_file: " + env + ", env: {BOTH: env}, umask: '0077', nice: 3,\n"
                            + "    ionice: idle, stdin: 'from stdin', command: 'echo $FROM $BOTH ${#TOKEN}; umask; nice; ionice; cat'}\n");
            fleet.start("a");
            assertEquals(
                    "HOME=/root\nLOGNAME=root\nPATH=/usr/bin:/bin\nSHELL=/bin/sh\nUSER=root\n0022\n/root\nroot\n",
                    withoutOwn(output(fleet, "usual")));
            assertEquals(
                    "HOME=/usr/games\nLOGNAME=games\nPATH=/usr/bin:/bin\nSHELL=/bin/sh\nUSER=games\n0022\ngames\ngames\n",
                    withoutOwn(output(fleet, "games")));
            assertEquals("man\n", output(fleet, "group"));
            assertEquals("/bin/bash bash\n", output(fleet, "shell"));
            assertEquals(
                    "file env 13\n0077\n3\nidle\nfrom stdin",
                    output(fleet, "files").stripTrailing());
            fleet.stop("a");
            assertFalse(fleet.logs().contains(SECRET));
            assertFalse(contains(folder.resolve("shared"), SECRET), "nothing shared holds a value of a file");
        }
    }

    @Test
    void whatCannotBeGivenFailsTheFireAndSaysWhy() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may start commands as somebody else");
        Path broken = Files.writeString(folder.resolve("broken.env"), "A=1\n" + SECRET + "\n");
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n"
                    + "  ghost: {every: 2s, tolerance: 4s, user: no-such-user, retries: {attempts: 3}, command: id}\n"
                    + "  secret: {every: 2s, tolerance: 4s, env_file: " + broken + ", command: id}\n"
                    + "  homeless: {every: 2s, tolerance: 4s, user: nobody, command: id}\n");
            fleet.start("a");
            assertEquals(
                    "fleetcron: user 'no-such-user' does not exist on host " + host()
                            + "; create it or correct `user`\n",
                    output(fleet, "ghost"));
            assertEquals(
                    "fleetcron: env_file " + broken + ":2: expected NAME=VALUE, or # and a comment\n",
                    output(fleet, "secret"));
            assertTrue(output(fleet, "homeless").contains("working directory /nonexistent as nobody"));
            for (String job : List.of("ghost", "secret", "homeless")) {
                Settlement settled = settled(fleet, job);
                assertEquals(Outcome.FAILED, settled.outcome(), job);
                assertEquals(OptionalInt.of(126), settled.exit(), job);
            }
            assertEquals(0, settled(fleet, "ghost").attempts());
            assertEquals(
                    Optional.of(
                            "user 'no-such-user' does not exist on host " + host() + "; create it or correct `user`"),
                    settled(fleet, "ghost").reason());
            fleet.stop("a");
            String logs = fleet.logs();
            assertTrue(
                    logs.lines()
                            .anyMatch(line -> line.contains("job cannot run on this host job=ghost")
                                    && line.contains("jobs.yaml:2: user 'no-such-user' does not exist")),
                    logs);
            assertTrue(logs.contains("run not started job=ghost fire="), logs);
            assertFalse(logs.contains(SECRET), logs);
            assertFalse(contains(folder.resolve("shared"), SECRET));
        }
    }

    /** Nobody else could run it, so nobody waits half the tolerance for that. */
    @Test
    void aFireOfEveryHostFailsAtOnceWhereItCannotRun() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may start commands as somebody else");
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  ghost: {every: 5s, tolerance: 1h, run_on: every, user: no-such-user, command: id}\n");
            fleet.start("a");
            fleet.await(
                    "its end",
                    Duration.ofSeconds(60),
                    () -> find(fleet, "ghost").isPresent());
            Settlement settled = settled(fleet, "ghost");
            assertEquals(Outcome.FAILED, settled.outcome());
            assertEquals(OptionalInt.of(126), settled.exit());
            assertTrue(
                    settled.reason().orElse("").startsWith("user 'no-such-user' does not exist"), settled.toString());
        }
    }

    @Test
    void aRunByHandOfWhatCannotBeGivenClaimsNothingAndSaysWhy() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may start commands as somebody else");
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  ghost: {every: 1h, user: no-such-user, command: id}\n");
            FleetConfig config =
                    new ConfigLoader().load(fleet.config()).config().orElseThrow();
            List<String> messages = new ArrayList<>();
            ManualRun run = ManualRun.prepare(
                    config,
                    config.jobs().values().iterator().next(),
                    Optional.of("a"),
                    Person.plain(),
                    InstantSource.system(),
                    OutputStream.nullOutputStream());
            try {
                assertEquals(1, run.run(Duration.ZERO, messages::add));
            } finally {
                run.close();
            }
            assertEquals(1, messages.size(), messages.toString());
            assertTrue(
                    messages.get(0).startsWith("not run: this host cannot run the job: user 'no-such-user'"),
                    messages.toString());
            assertEquals(Optional.empty(), fleet.ledger("ghost"));
        }
    }

    /** A person's variables win; that the job is paused stops nobody who runs it by hand, but is said. */
    @Test
    void aRunByHandGetsVariablesBesidesAndSaysThatTheJobIsPaused() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  mine: {every: 1h, env: {A: one, B: two}, command: 'echo $A $B $C; exit 3'}\n");
            Cli pause = Cli.run(
                    "pause", "--config", fleet.config().toString(), "mine", "--for", "1h", "--reason", "it rests");
            assertEquals(0, pause.status(), pause.err());
            FleetConfig config =
                    new ConfigLoader().load(fleet.config()).config().orElseThrow();
            List<String> messages = new ArrayList<>();
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            ManualRun run = ManualRun.prepare(
                    config,
                    config.jobs().values().iterator().next(),
                    Optional.of("a"),
                    new ManualRun.Wanted("anna@web1", "to see", Optional.empty(), Map.of("B", "s3cret", "C", "x y")),
                    InstantSource.system(),
                    output);
            try {
                assertEquals(3, run.run(Duration.ZERO, messages::add));
            } finally {
                run.close();
            }
            assertEquals("one s3cret x y\n", output.toString(StandardCharsets.UTF_8));
            assertEquals(1, messages.size(), messages.toString());
            assertTrue(messages.get(0).startsWith("job mine is paused by "), messages.toString());
            assertTrue(messages.get(0).endsWith(": it rests. It is run by hand all the same"), messages.toString());
            ManualRequest request = settled(fleet, "mine").request().orElseThrow();
            assertEquals("anna@web1", request.asked().by());
            assertEquals("to see", request.asked().reason());
            assertEquals(Set.of("B", "C"), Set.copyOf(request.variables()));
            assertFalse(fleet.history().toString().contains("s3cret"));
            assertFalse(fleet.ledger("mine").toString().contains("s3cret"));
        }
    }

    private static String host() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).trim();
    }

    private static Settlement settled(TestFleet fleet, String job) {
        return find(fleet, job).orElseThrow();
    }

    private static Optional<Settlement> find(TestFleet fleet, String job) {
        return fleet.history().stream()
                .filter(line ->
                        line.job().equals(job) && line.settlement().outcome().ran())
                .map(HistoryLine::settlement)
                .findFirst();
    }

    /** The stored output of a run of the job, which is complete once the host has cleared the run away. */
    private String output(TestFleet fleet, String job) {
        Path outputs = folder.resolve("shared/output").resolve(job);
        fleet.await(
                job + " to be settled",
                Duration.ofSeconds(60),
                () -> find(fleet, job).isPresent());
        long token = settled(fleet, job).token();
        Path run = folder.resolve("state/a/runs").resolve(job + "@" + token);
        fleet.await("the end of " + run, Duration.ofSeconds(60), () -> !Files.exists(run));
        return files(outputs).stream()
                .filter(file -> OutputName.parse(file.getFileName().toString())
                        .filter(name -> name.token() == token)
                        .isPresent())
                .map(EnvironmentTest::read)
                .findFirst()
                .orElseThrow();
    }

    /** Without what fleetcron and the shell itself add. */
    private static String withoutOwn(String output) {
        return output.lines()
                .filter(line -> !line.startsWith("FLEETCRON_") && !line.startsWith("PWD="))
                .reduce("", (a, b) -> a + b + "\n");
    }

    private static boolean contains(Path root, String word) {
        return files(root).stream().anyMatch(file -> read(file).contains(word));
    }

    private static List<Path> files(Path root) {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
