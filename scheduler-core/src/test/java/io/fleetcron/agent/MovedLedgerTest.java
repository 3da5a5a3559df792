package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.cli.Cli;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job's lock file is moved away below four agents, and a copy from before is put in its place. */
@Timeout(600)
final class MovedLedgerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> INSTANCES = List.of("a", "b", "c", "d");
    private static final String JOB = "job-0";
    private static final int PERIOD = 2;

    @TempDir
    private Path folder;

    @Test
    void nothingStartsTwiceAndAllSayWhatToDo() throws Exception {
        Path lock = folder.resolve("shared/jobs/" + JOB + ".lock");
        Path hold = folder.resolve("hold");
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  " + JOB + ":\n    every: " + PERIOD + "s\n    command: '"
                    + TestFleet.witnessed("while [ -e " + hold + " ]; do sleep 0.1; done") + "'\n");
            for (String instance : INSTANCES) {
                fleet.start(instance);
            }
            fleet.await("runs", PATIENCE, () -> fleet.witnesses().size() >= 2);
            Path backup = Files.copy(lock, folder.resolve("backup"));
            long copied = newest(fleet);
            for (String instance : INSTANCES) {
                fleet.await(
                        "each to run it after the backup",
                        PATIENCE,
                        () -> fleet.witnesses().stream()
                                .anyMatch(run -> run.instance().equals(instance) && run.token() > copied));
            }
            fleet.await(
                    "that to be remembered across a restart",
                    PATIENCE,
                    () -> INSTANCES.stream().allMatch(instance -> remembered(instance) > copied));

            // While a run goes on: its lock is on the file that is moved.
            Files.createFile(hold);
            Instant held = Instant.now();
            fleet.await(
                    "a run that goes on", PATIENCE, () -> dueAfter(fleet, held).isPresent());
            String holder = dueAfter(fleet, held).orElseThrow();
            Files.move(lock, folder.resolve("moved"));
            String restarted = INSTANCES.stream()
                    .filter(instance -> !instance.equals(holder))
                    .findFirst()
                    .orElseThrow();
            fleet.kill(restarted);
            fleet.start(restarted);
            Files.delete(hold);
            awaitWords(fleet, "Its lock file was deleted or moved away");
            int started = fleet.witnesses().size();

            Files.copy(backup, lock, StandardCopyOption.REPLACE_EXISTING);
            awaitWords(fleet, "It was replaced or restored from an older copy");
            fleet.await(
                    "status to name the job",
                    PATIENCE,
                    () -> Cli.run("status", "--config", fleet.config().toString()).lines().stream()
                            .filter(line -> INSTANCES.contains(line.split(" ", 2)[0]))
                            .allMatch(line -> line.contains(JOB)));
            assertEquals(started, fleet.witnesses().size(), "started by a ledger that is not to be believed");

            Cli settle = Cli.run(
                    "settle", JOB, "--to", "now", "--config", fleet.config().toString());
            assertEquals(0, settle.status(), settle.err());
            Instant from = Instant.now();
            fleet.await("runs again", PATIENCE, () -> fleet.witnesses().size() > started + 2);
            Instant to = Instant.now();
            fleet.await(
                    "all to be settled",
                    PATIENCE,
                    () -> fleet.ledger(JOB).orElseThrow().settled().isAfter(to));
            INSTANCES.forEach(fleet::stop);
            Set<Long> tokens = new HashSet<>();
            fleet.witnesses().forEach(run -> assertTrue(tokens.add(run.token()), "a token used twice: " + run));
            Audit audit = Audit.of(fleet);
            System.out.println("MovedLedgerTest: " + audit.summary());
            audit.startedOnce()
                    .noOverlap()
                    .everyFireSettled(Set.of(JOB), PERIOD, from, to)
                    .agree(to)
                    .holds("with a lock file that was moved away", fleet.logs());
        }
    }

    /** Each says what it sees, and names the command. */
    private static void awaitWords(TestFleet fleet, String words) {
        for (String instance : INSTANCES) {
            fleet.await(
                    "instance " + instance + " to say so",
                    PATIENCE,
                    () -> text(fleet.log(instance))
                            .lines()
                            .anyMatch(line -> line.contains(words) && line.contains("`fleetcron settle " + JOB)));
        }
    }

    /** The instance that runs what came due after that. */
    private static Optional<String> dueAfter(TestFleet fleet, Instant time) {
        return fleet.witnesses().stream()
                .filter(run -> run.fire().isAfter(time))
                .map(TestFleet.Witness::instance)
                .findFirst();
    }

    /** The token that this instance has stored. */
    private long remembered(String instance) {
        Path file = folder.resolve("state/" + instance + "/ledgers.json");
        Matcher token = Pattern.compile("\"token\":([0-9]+)").matcher(Files.exists(file) ? text(file) : "");
        return token.find() ? Long.parseLong(token.group(1)) : 0;
    }

    private static long newest(TestFleet fleet) {
        return fleet.witnesses().stream()
                .mapToLong(TestFleet.Witness::token)
                .max()
                .orElseThrow();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
