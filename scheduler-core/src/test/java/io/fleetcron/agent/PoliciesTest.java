package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.Settlement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that outlive their agent, and agents that find many of them, with real agents and real time. */
@Slow
final class PoliciesTest {

    @TempDir
    Path folder;

    @Test
    @Concurrent
    void aRunOutlivesItsAgentAndItsTrueEndIsRecorded() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n"
                    + job("long", "every: 1h", "command: '" + TestFleet.witnessed("sleep 4") + "; exit 7'")
                    + job("beacon", "every: 1s", "command: 'true'"));
            fleet.start("a");
            fleet.await(
                    "the ledger",
                    Duration.ofSeconds(20),
                    () -> fleet.ledger("long").isPresent());
            fleet.jobs("jobs:\n"
                    + job("long", "every: 3s", "command: '" + TestFleet.witnessed("sleep 4") + "; exit 7'")
                    + job("beacon", "every: 1s", "command: 'true'"));
            fleet.reload("a");
            fleet.await(
                    "the run", Duration.ofSeconds(20), () -> !fleet.witnesses().isEmpty());
            fleet.kill("a");
            TestFleet.Witness orphan = fleet.witnesses().get(0);
            // Nobody else may start the job while its run lives; whoever comes next records how it really ended.
            fleet.start("b");
            fleet.await(
                    "the end",
                    Duration.ofSeconds(40),
                    () -> fleet.history().stream()
                            .anyMatch(line -> line.job().equals("long")
                                    && line.settlement().fire().equals(orphan.fire())));
            Settlement settled = fleet.history().stream()
                    .filter(line -> line.job().equals("long")
                            && line.settlement().fire().equals(orphan.fire()))
                    .findFirst()
                    .orElseThrow()
                    .settlement();
            assertEquals(Outcome.FAILED, settled.outcome());
            assertEquals(7, settled.exit().orElseThrow());
            assertEquals("a", settled.instance());
            assertEquals("b", settled.settledBy());
            fleet.stop("b");
            Audit.of(fleet).startedOnce().noOverlap().holds("orphan", fleet.logs());
        }
    }

    /** Runs that are over stay until their output is stored: an agent that starts then finds several of one job. */
    @Test
    @Concurrent
    void manyRunsOfOneJobAreTakenBackByOneLook() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n"
                    + job("speaks", "every: 1s", "command: '" + TestFleet.witnessed("echo said; sleep 0.3") + "'"));
            Path inTheWay =
                    Files.createDirectories(folder.resolve("shared/output")).resolve("speaks");
            Files.createFile(inTheWay);
            fleet.start("a");
            Path runs = folder.resolve("state/a/runs");
            for (int life = 1; life <= 2; life++) {
                int many = 5 * life;
                fleet.await("runs that stay", Duration.ofSeconds(60), () -> entries(runs) > many);
                fleet.kill("a");
                fleet.start("a");
            }
            Files.delete(inTheWay);
            Instant up = Instant.now();
            fleet.await("the runs to be cleared away", Duration.ofSeconds(60), () -> entries(runs) < 5);
            awaitLedgers(fleet, Set.of("speaks"), up.plusSeconds(3));
            fleet.stop("a");
            assertFalse(fleet.logs().contains("internal error"), fleet.logs());
            Audit.of(fleet)
                    .startedOnce()
                    .noOverlap()
                    .everyFireSettled(Set.of("speaks"), 1, up, up.plusSeconds(2))
                    .holds("taken back", fleet.logs());
        }
    }

    /** Directories of runs; those that begin with a dot are free. */
    private static int entries(Path folder) {
        String[] names = folder.toFile().list((parent, name) -> !name.startsWith("."));
        return names == null ? 0 : names.length;
    }

    private static void awaitLedgers(TestFleet fleet, Set<String> jobs, Instant upTo) {
        for (String job : jobs) {
            fleet.await(
                    job + " settled up to " + upTo,
                    Duration.ofSeconds(60),
                    () -> fleet.ledger(job)
                            .filter(record -> !record.settled().isBefore(upTo)
                                    && record.run().isEmpty())
                            .isPresent());
        }
    }

    private static String job(String name, String... lines) {
        StringBuilder yaml = new StringBuilder("  " + name + ":\n");
        for (String line : lines) {
            yaml.append("    ").append(line).append('\n');
        }
        return yaml.toString();
    }
}
