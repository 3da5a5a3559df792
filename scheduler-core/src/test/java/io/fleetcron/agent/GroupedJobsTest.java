package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.agent.TestFleet.Witness;
import io.fleetcron.byhand.ManualRun;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of one group, on real agents. */
@Timeout(300)
@Slow
class GroupedJobsTest {

    private static final Optional<String> FULL = Optional.of("group warehouse was full");

    @TempDir
    Path root;

    private TestFleet fleet;

    @BeforeEach
    void groups() throws Exception {
        fleet = new TestFleet(root);
        Files.writeString(fleet.config(), "run_groups: {warehouse: 1}\n", StandardOpenOption.APPEND);
    }

    @AfterEach
    void end() {
        fleet.close();
    }

    private List<Witness> runs(String job) {
        return fleet.witnesses().stream().filter(run -> run.job().equals(job)).toList();
    }

    private long ended(String job) {
        return runs(job).stream().filter(run -> run.end().isPresent()).count();
    }

    private List<HistoryLine> missed(String job) {
        return fleet.history().stream()
                .filter(line -> line.job().equals(job) && line.settlement().outcome() == Outcome.MISSED)
                .toList();
    }

    private static String job(String name, String keys, String work) {
        return "  " + name + ":\n    run_group: warehouse\n" + keys.indent(4) + "    command: '"
                + TestFleet.witnessed(work) + "'\n";
    }

    /** One of them wants to run again as soon as it has run. */
    @Test
    void theyRunOneAtATimeAndEachGetsItsTurn() throws Exception {
        fleet.jobs("jobs:\n"
                + job("a", "every: 2s\noverlap: queue\ntolerance: 60s", "sleep 0.8")
                + job("b", "every: 3s\ntolerance: 60s", "sleep 0.5")
                + job("c", "every: 5s\ntolerance: 60s", "sleep 0.5"));
        fleet.start("i1");
        fleet.start("i2");

        fleet.await(
                "two runs of each",
                Duration.ofSeconds(60),
                () -> ended("a") >= 2 && ended("b") >= 2 && ended("c") >= 2);
        fleet.stop("i1");
        fleet.stop("i2");
        fleet.await(
                "the last run",
                Duration.ofSeconds(20),
                () -> fleet.witnesses().stream().allMatch(run -> run.end().isPresent()));
        List<Witness> runs = fleet.witnesses().stream()
                .sorted(Comparator.comparing(Witness::start))
                .toList();
        for (int i = 1; i < runs.size(); i++) {
            Witness before = runs.get(i - 1);
            assertFalse(runs.get(i).start().isBefore(before.end().orElseThrow()), before + "\n" + runs.get(i));
        }
    }

    private void byHandThereIsNoSlotEither() throws Exception {
        FleetConfig config = new ConfigLoader().load(fleet.config()).config().orElseThrow();
        JobDefinition job = Objects.requireNonNull(config.jobs().get("waits"));
        List<String> messages = new ArrayList<>();
        ManualRun run = ManualRun.prepare(
                config,
                job,
                Optional.of("i2"),
                Person.plain(),
                InstantSource.system(),
                OutputStream.nullOutputStream());
        try {
            // While the agent tries the job's lock, that is what is said.
            while (messages.stream().noneMatch(message -> message.contains("of group warehouse"))) {
                assertEquals(ManualRun.ELSEWHERE, run.run(Duration.ZERO, messages::add));
            }
        } finally {
            run.close();
        }
    }

    /** Its supervisor holds the slot, whatever becomes of the agent that took it. */
    @Test
    void aRunKeepsItsSlotWhenItsAgentDiesAndTheNextAgentReturnsIt() throws Exception {
        Path go = root.resolve("go");
        fleet.jobs("jobs:\n" + job("holds", "every: 1s", "while [ ! -e " + go + " ]; do sleep 0.05; done"));
        fleet.start("i1");
        fleet.await("the run", Duration.ofSeconds(20), () -> !runs("holds").isEmpty());
        fleet.kill("i1");
        fleet.jobs("jobs:\n" + job("holds", "every: 1h", "exit 1") + job("waits", "every: 4s\ntolerance: 2s", ":"));
        fleet.start("i2");

        fleet.await(
                "a fire that waits",
                Duration.ofSeconds(30),
                () -> fleet.ledger("waits")
                        .flatMap(LedgerRecord::stillWaiting)
                        .filter(fire -> fire.group().equals("warehouse")
                                && fire.instance().equals("i2"))
                        .isPresent());
        fleet.await(
                "a fire that waited in vain",
                Duration.ofSeconds(30),
                () -> missed("waits").stream()
                        .anyMatch(line -> line.settlement().reason().equals(FULL)));
        assertTrue(fleet.logs().contains("fire waits job=waits"), "the log says what is waited for\n" + fleet.logs());
        byHandThereIsNoSlotEither();
        fleet.start("i1");
        assertFalse(fleet.logs().contains("slot of a run not shared"), fleet.logs());
        assertEquals(List.of(), runs("waits"));
        Files.createFile(go);
        fleet.await("a turn", Duration.ofSeconds(30), () -> ended("waits") > 0);
        assertTrue(runs("waits").stream()
                .allMatch(run -> run.start().isAfter(runs("holds").get(0).end().orElseThrow())));
    }
}
