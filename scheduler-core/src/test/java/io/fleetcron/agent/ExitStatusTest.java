package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.byhand.ManualRun;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Settlement;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job says of its exit statuses holds to the end: in the ledger and in history, with real supervisors. */
@Slow
final class ExitStatusTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** The run has one agent when it starts, none when it ends, and another one after that. */
    @Test
    void aRunThatOutlivesItsAgentKeepsTheMeaningOfItsStatus() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("""
                    jobs:
                      long:
                        every: 3s
                        success_on: [0, 3]
                        command: '%s; while [ ! -e WITNESS/go ]; do sleep 0.05; done; exit 3'
                    """.formatted(TestFleet.witnessed(":")));
            fleet.start("a");
            fleet.await("the run", PATIENCE, () -> !fleet.witnesses().isEmpty());
            fleet.kill("a");
            TestFleet.Witness orphan = fleet.witnesses().get(0);
            Files.createFile(fleet.witness().resolve("go"));
            fleet.start("a");
            fleet.await("the end", PATIENCE, () -> settled(fleet, orphan).isPresent());
            Settlement end = settled(fleet, orphan).orElseThrow();
            assertEquals(Outcome.SUCCEEDED, end.outcome(), fleet.logs());
            assertEquals(3, end.exit().orElseThrow());
        }
    }

    private static Optional<Settlement> settled(TestFleet fleet, TestFleet.Witness run) {
        return fleet.history().stream()
                .map(HistoryLine::settlement)
                .filter(settlement -> settlement.fire().equals(run.fire()))
                .findFirst();
    }

    /** 75 is tried again although it is in the range; 70 is not. */
    @Test
    void aRunByHandFollowsTheSameRules() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("""
                    jobs:
                      picky:
                        schedule: "0 0 1 1 *"
                        retries: {attempts: 5, delay: 0s, on: [75], never: [64-78]}
                        command: echo attempt $FLEETCRON_ATTEMPT; [ $FLEETCRON_ATTEMPT = 3 ] && exit 70; exit 75
                      odd:
                        schedule: "0 0 1 1 *"
                        success_on: [0, 3]
                        retries: {attempts: 5, delay: 0s}
                        command: exit 3
                    """);
            Settlement picky = byHand(fleet, "picky", 70);
            assertEquals(Outcome.FAILED, picky.outcome());
            assertEquals(3, picky.attempts());
            Settlement odd = byHand(fleet, "odd", 3);
            assertEquals(Outcome.SUCCEEDED, odd.outcome());
            assertEquals(3, odd.exit().orElseThrow());
            assertEquals(1, odd.attempts());
        }
    }

    /** How a run by hand ended as history has it. */
    private static Settlement byHand(TestFleet fleet, String name, int status) throws Exception {
        FleetConfig config = new ConfigLoader().load(fleet.config()).config().orElseThrow();
        JobDefinition job = Objects.requireNonNull(config.jobs().get(name));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ManualRun run =
                ManualRun.prepare(config, job, Optional.of("a"), Person.plain(), InstantSource.system(), output);
        try {
            assertEquals(status, run.run(Duration.ZERO, message -> fail(output, message)));
        } finally {
            run.close();
        }
        return fleet.history().stream()
                .filter(line -> line.job().equals(name))
                .map(HistoryLine::settlement)
                .findFirst()
                .orElseThrow();
    }

    private static void fail(ByteArrayOutputStream output, String message) {
        assertTrue(message.isEmpty(), message + "\n" + output);
    }
}
