package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An upgrade host by host: agents of this program beside those of a newer one, which is this one but for a few lines. It
 * writes the next format of ledgers, with a member of its own, and can raise that of the shared directory.
 */
final class TwoVersionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> JOBS = Set.of("job-0", "job-1", "job-2", "job-3");
    private static final int SLOT = 4096;
    private static final String FIRST = "{\"format\":1}\n";
    private static final String NEXT = "{\"format\":2}\n";

    @TempDir
    private Path folder;

    @Test
    void aFleetIsUpgradedHostByHost() throws Exception {
        Path newer = newerProgram();
        try (TestFleet fleet = new TestFleet(folder)) {
            everySecond(fleet);
            fleet.program("b", newer);

            fleet.start("a");
            awaitLedgers(fleet);
            Instant from = Instant.now().plusSeconds(2);
            fleet.start("b");
            fleet.await("runs of both", PATIENCE, () -> ran(fleet, "a", from) && ran(fleet, "b", from));
            awaitRecordsOfBoth(fleet);
            assertEquals(FIRST, format(), "the older one is alive");

            fleet.stop("a");
            fleet.await("the next format", PATIENCE, () -> format().equals(NEXT));
            assertRefused(fleet, "a");

            fleet.program("a", newer);
            fleet.start("a");
            Instant upgraded = Instant.now();
            fleet.await("runs of both", PATIENCE, () -> ran(fleet, "a", upgraded) && ran(fleet, "b", upgraded));
            audit(fleet, from, "a", "b");
        }
    }

    /** One is started, or ends and is started again, when newer ones are there: they wait for it as long as one of its kind lives. */
    @Test
    void anOlderAgentJoinsNewerOnes() throws Exception {
        Path newer = newerProgram();
        try (TestFleet fleet = new TestFleet(folder)) {
            everySecond(fleet);
            fleet.program("b", newer);
            fleet.program("c", newer);

            fleet.start("a");
            fleet.start("b");
            fleet.start("c");
            awaitLedgers(fleet);
            Instant from = Instant.now().plusSeconds(2);
            fleet.await("runs of the newer ones", PATIENCE, () -> ran(fleet, "b", from) && ran(fleet, "c", from));

            fleet.start("d");
            Instant joined = Instant.now();
            fleet.await("runs of the one that joined", PATIENCE, () -> ran(fleet, "d", joined));
            awaitRecordsOfBoth(fleet);
            fleet.kill("d");
            fleet.start("d");
            Instant again = Instant.now();
            fleet.await(
                    "runs of all",
                    PATIENCE,
                    () -> List.of("a", "b", "c", "d").stream().allMatch(instance -> ran(fleet, instance, again)));
            assertEquals(FIRST, format(), "older ones are alive");
            audit(fleet, from, "a", "b", "c", "d");
        }
    }

    /** With nobody there who could not read it, a newer one begins with its own format: an older one keeps out and says why. */
    @Test
    void anOlderAgentKeepsOutOfADirectoryThatANewerOneBegan() throws Exception {
        Path newer = newerProgram();
        try (TestFleet fleet = new TestFleet(folder)) {
            everySecond(fleet);
            fleet.program("b", newer);
            fleet.start("b");
            awaitLedgers(fleet);
            Instant from = Instant.now().plusSeconds(2);
            assertEquals(NEXT, format());
            assertRefused(fleet, "a");

            fleet.program("a", newer);
            fleet.start("a");
            Instant upgraded = Instant.now();
            fleet.await("runs of both", PATIENCE, () -> ran(fleet, "a", upgraded) && ran(fleet, "b", upgraded));
            audit(fleet, from, "a", "b");
        }
    }

    private static void everySecond(TestFleet fleet) throws IOException {
        StringBuilder yaml = new StringBuilder("jobs:\n");
        JOBS.forEach(job -> yaml.append("  " + job + ":\n    every: 1s\n    command: '")
                .append(TestFleet.witnessed(":"))
                .append("'\n"));
        fleet.jobs(yaml.toString());
    }

    private static void awaitLedgers(TestFleet fleet) {
        fleet.await(
                "all ledgers",
                PATIENCE,
                () -> JOBS.stream().allMatch(job -> fleet.ledger(job).isPresent()));
    }

    private void awaitRecordsOfBoth(TestFleet fleet) {
        fleet.await("a record of the newer program", PATIENCE, () -> ledgers().contains("\"v\":2,"));
        fleet.await(
                "one of the older program that keeps what is new",
                PATIENCE,
                () -> ledgers()
                        .lines()
                        .anyMatch(line -> line.contains("\"v\":1,") && line.contains("\"era\":\"new\"")));
    }

    private static void assertRefused(TestFleet fleet, String instance) {
        String refusal = String.valueOf(assertThrows(IllegalStateException.class, () -> fleet.start(instance))
                .getMessage());
        assertTrue(refusal.contains("format 2, but this program knows format 1"), refusal);
    }

    /** Stops these and looks at all that happened since. */
    private static void audit(TestFleet fleet, Instant from, String... instances) {
        Instant to = Instant.now();
        fleet.await(
                "all fires to be settled",
                PATIENCE,
                () -> JOBS.stream()
                        .allMatch(job -> fleet.ledger(job)
                                .filter(record -> record.settled().isAfter(to))
                                .isPresent()));
        List.of(instances).forEach(fleet::stop);
        fleet.await(
                "the last runs to end",
                PATIENCE,
                () -> fleet.witnesses().stream().allMatch(run -> run.end().isPresent()));
        Audit audit = Audit.of(fleet);
        System.out.println("TwoVersionsTest: " + audit.summary());
        audit.startedOnce()
                .noOverlap()
                .everyFireSettled(JOBS, 1, from, to)
                .agree(to)
                .holds("with two versions", fleet.logs());
    }

    private static boolean ran(TestFleet fleet, String instance, Instant since) {
        return fleet.witnesses().stream()
                .anyMatch(run -> run.instance().equals(instance) && run.fire().isAfter(since));
    }

    /** Every record that stands in a ledger now, one a line. */
    private String ledgers() {
        StringBuilder all = new StringBuilder();
        for (String job : JOBS) {
            byte[] file = read(folder.resolve("shared/jobs/" + job + ".lock"));
            all.append(new String(file, 0, Math.min(file.length, 2 * SLOT), StandardCharsets.UTF_8).replace('\0', ' '));
        }
        return all.toString();
    }

    private String format() {
        return new String(read(folder.resolve("shared/fleet.json")), StandardCharsets.UTF_8);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path newerProgram() throws IOException {
        return new ChangedProgram(folder.resolve("newer"))
                .with("membership/FleetFile.java", "FORMAT = 1;", "FORMAT = 2;")
                .with("agent/AgentParts.java") // holds the format as a constant
                .with(
                        "ledger/LedgerCodec.java",
                        "VERSION = 1;",
                        "VERSION = 2;",
                        "version < VERSION ",
                        "version < VERSION - 1 ")
                .with(
                        "ledger/RecordJson.java",
                        ".put(\"seq\", record.sequence())",
                        ".put(\"seq\", record.sequence()).put(\"era\", \"new\")")
                .compile();
    }
}
