package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fleetcron.Slow;
import io.fleetcron.cli.Main;
import io.fleetcron.cli.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file server whose clock is an hour ahead and is then set right, below real agents. */
@Slow
final class ServerClockTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String JOB = "job-0";

    @TempDir
    private Path folder;

    private Path program;

    @BeforeEach
    void changeTheServersClock() throws IOException {
        String ahead = "java.time.Duration.ofMillis(Long.parseLong(Files.readString(java.nio.file.Path.of(\""
                + folder.resolve("ahead") + "\"))))";
        program = new ChangedProgram(folder.resolve("program"))
                .with(
                        "storage/SharedRoot.java",
                        "record Known(int names, Instant modified, long size) {}",
                        "record Known(int names, Instant modified, long size) { Known { try { modified = modified.plus("
                                + ahead + "); } catch (java.io.IOException e) {"
                                + " throw new java.io.UncheckedIOException(e); } } }")
                .compile();
        serverIs(Duration.ZERO);
    }

    /** The hosts' clocks contradict it: nothing is settled or started until it is right again. */
    @Test
    void aServerThatGoesAheadOfItsHostsStopsTheFleet() throws Exception {
        try (TestFleet fleet = fleet("every: 1s")) {
            fleet.start("a");
            fleet.start("b");
            fleet.await("a ledger", PATIENCE, () -> fleet.ledger(JOB).isPresent());
            Instant from = Instant.now().plusSeconds(2);
            fleet.await("runs", PATIENCE, () -> fleet.witnesses().size() > 5);

            serverIs(HOUR);
            fleet.await(
                    "both to report it",
                    PATIENCE,
                    () -> List.of("a", "b").stream()
                            .allMatch(instance ->
                                    log(fleet, instance).contains("of the file server have moved apart by 3")));
            fleet.await("the server to be found wrong", PATIENCE, () -> reported() == 2);
            int before = fleet.witnesses().size();
            Instant settled = fleet.ledger(JOB).orElseThrow().settled();
            TestFleet.pause(4_000);
            assertEquals(before, fleet.witnesses().size(), "started by a wrong clock");
            assertEquals(settled, fleet.ledger(JOB).orElseThrow().settled(), "settled by a wrong clock");
            assertFalse(settled.isAfter(Instant.now()));

            serverIs(Duration.ZERO);
            fleet.await("runs again", PATIENCE, () -> fleet.witnesses().size() > before + 5);
            Instant to = Instant.now();
            fleet.await(
                    "all to be settled",
                    PATIENCE,
                    () -> fleet.ledger(JOB).orElseThrow().settled().isAfter(to));
            fleet.await("nothing to be wrong", PATIENCE, () -> reported() == 0);
            fleet.stop("a");
            fleet.stop("b");
            fleet.witnesses().forEach(run -> assertFalse(run.start().isBefore(run.fire()), "early: " + run));
            Audit audit = Audit.of(fleet);
            System.out.println("ServerClockTest: " + audit.summary());
            audit.startedOnce()
                    .noOverlap()
                    .everyFireSettled(Set.of(JOB), 1, from, to)
                    .agree(to)
                    .holds("with a server that was ahead", fleet.logs());
        }
    }

    /** All clocks agree on a wrong time, so nobody can know. Set right, the ledger is ahead, and a person decides. */
    @Test
    void aLedgerThatIsAheadIsSettledByHand() throws Exception {
        try (TestFleet fleet = fleet("schedule: \"0 0 29 2 *\"")) {
            serverIs(HOUR);
            fleet.skew("a", HOUR);
            fleet.start("a");
            fleet.await("a ledger", PATIENCE, () -> fleet.ledger(JOB).isPresent());
            fleet.stop("a");

            serverIs(Duration.ZERO);
            fleet.skew("a", Duration.ZERO);
            define(fleet, "every: 1s");
            fleet.start("a");
            fleet.await("the error", PATIENCE, () -> log(fleet, "a").contains("ahead of the fleet's time"));
            fleet.await("the member table to say so", PATIENCE, () -> table().contains("ahead of the fleet's time"));
            assertEquals(List.of(), fleet.witnesses());

            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
            String[] settle = {
                "settle", JOB, "--to", "now", "--config", fleet.config().toString()
            };
            assertEquals(
                    0, Main.run(settle, stream, stream, Terminal.NONE), () -> out.toString(StandardCharsets.UTF_8));
            fleet.await("runs", PATIENCE, () -> fleet.witnesses().size() > 2);
            fleet.witnesses().forEach(run -> assertFalse(run.start().isBefore(run.fire()), "early: " + run));
        }
    }

    private TestFleet fleet(String when) throws IOException {
        TestFleet fleet = new TestFleet(folder);
        List.of("a", "b").forEach(instance -> fleet.program(instance, program));
        define(fleet, when);
        return fleet;
    }

    private static void define(TestFleet fleet, String when) throws IOException {
        fleet.jobs("jobs:\n  " + JOB + ":\n    " + when + "\n    command: '" + TestFleet.witnessed(":") + "'\n");
    }

    /** How far the server's clock is ahead. */
    private void serverIs(Duration ahead) throws IOException {
        Path draft = Files.writeString(folder.resolve("ahead.new"), String.valueOf(ahead.toMillis()));
        Files.move(draft, folder.resolve("ahead"), StandardCopyOption.ATOMIC_MOVE);
    }

    private long reported() {
        return table().lines()
                .filter(line -> line.contains("the clock of the file server"))
                .count();
    }

    private String table() {
        try {
            return Files.readString(folder.resolve("shared/members/table"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String log(TestFleet fleet, String instance) {
        try {
            return Files.readString(fleet.log(instance));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
