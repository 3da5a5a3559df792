package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.cli.Cli;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people ask of a fleet of three real agents, with the real commands: all cases have the same agents. What else hosts do
 * by the table of controls is decided under virtual time, in {@code ControlScenarioTest}.
 */
@Slow
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ControlTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Set<String> BOTH = Set.of("paused", "other");
    private static final List<String> INSTANCES = List.of("a", "b", "c");

    private Path folder;
    private TestFleet fleet;
    private Instant began;

    @BeforeAll
    void startThreeAgents(@TempDir Path root) throws IOException {
        folder = root;
        fleet = new TestFleet(folder);
        define(false);
        for (String instance : INSTANCES) {
            fleet.start(instance);
        }
        fleet.await(
                "all ledgers",
                SOON,
                () -> Stream.of("paused", "other", "rare")
                        .allMatch(job -> fleet.ledger(job).isPresent()));
        began = Instant.now();
    }

    /** Whatever was asked of the fleet, each fire of all the time is accounted for. */
    @AfterAll
    void auditAndEnd() {
        try {
            Instant to = Instant.now();
            BOTH.forEach(job -> awaitSettled(job, to));
            INSTANCES.forEach(fleet::stop);
            Audit.of(fleet)
                    .startedOnce()
                    .noOverlap()
                    .everyFireSettled(BOTH, 1, began.plusSeconds(1), to.minusSeconds(1))
                    .holds("controls", fleet.logs());
        } finally {
            fleet.close();
        }
    }

    /** Also by an agent that starts, in place of one that was killed: it reads what is asked before it starts anything. */
    @Test
    void whatIsAskedIsInForceOnceTheCommandsReturn() throws IOException {
        List<Cli> asked = together(
                () -> cli("pause", "paused", "--forever", "--reason", "the database moves"),
                () -> cli("drain", "b", "--reason", "new kernel"));
        Instant inForce = Instant.now();
        for (Cli command : asked) {
            assertEquals(0, command.status(), command.err());
            assertEquals("", command.err(), "every agent has read it");
        }
        assertTrue(asked.get(0).out().contains("paused: paused until it is resumed"), asked.toString());
        assertTrue(asked.get(1).out().contains("drained: b until `fleetcron undrain`"), asked.toString());

        fleet.kill("b");
        fleet.start("b");
        Instant back = Instant.now();
        BOTH.forEach(job -> awaitSettled(job, back.plusSeconds(3)));
        assertEquals(List.of(), claimed(line -> line.job().equals("paused"), inForce));
        assertEquals(List.of(), claimed(line -> line.settlement().instance().equals("b"), inForce));
        assertFalse(claimed(line -> line.job().equals("other"), inForce).isEmpty(), "the others run other jobs");
        String status = cli("status").out();
        assertTrue(status.matches("(?s).*b +yes .*drained by \\S+ since \\S+: new kernel.*"), status);

        List<Cli> ended = together(() -> cli("resume", "paused"), () -> cli("undrain", "b"));
        Instant again = Instant.now();
        ended.forEach(command -> assertEquals(0, command.status(), command.err()));
        fleet.await(
                "b and the job to run again",
                SOON,
                () -> !claimed(line -> line.job().equals("paused"), again).isEmpty()
                        && !claimed(line -> line.settlement().instance().equals("b"), again)
                                .isEmpty());
        fleet.await("history", SOON, () -> leftOut("paused", inForce).size() >= 3);
        leftOut("paused", inForce)
                .forEach(line -> assertTrue(
                        line.settlement().reason().get().matches("paused by \\S+@\\S+ since \\S+: the database moves"),
                        line.toString()));
        String history = cli("history", "paused").out();
        assertTrue(history.contains(" pause ") && history.contains(" resume "), history);
    }

    /** Each of them waits for the agents to read it. */
    private static List<Cli> together(Supplier<Cli> one, Supplier<Cli> other) {
        List<CompletableFuture<Cli>> all = Stream.of(one, other)
                .map(command -> CompletableFuture.supplyAsync(command, task -> new Thread(task).start()))
                .toList();
        return all.stream().map(CompletableFuture::join).toList();
    }

    private List<HistoryLine> leftOut(String job, Instant after) {
        return fleet.history().stream()
                .filter(line -> line.job().equals(job))
                .filter(line -> line.settlement().fire().isAfter(after))
                .filter(line -> line.settlement().outcome() == Outcome.SKIPPED)
                .filter(line -> line.settlement().reason().isPresent())
                .toList();
    }

    /** From another host; and where the agent that has to end the run stands still, and is killed before it can. */
    @Test
    void aRunIsEndedByTheAgentOfItsHostOrByTheNextOne() throws Exception {
        define(true);
        for (String instance : INSTANCES) {
            fleet.reload(instance);
        }
        fleet.await("its run", SOON, () -> running("endless").isPresent());
        Cli kill = cli("kill", "endless", "--json");
        assertEquals(0, kill.status(), kill.err());
        assertEquals("killed", kill.json().get(0).get("outcome").getAsString());

        fleet.await("its next run", SOON, () -> running("endless").isPresent());
        CurrentRun run = running("endless").orElseThrow();
        signal(run.instance(), "STOP");
        Cli pending = cli("kill", "endless", "--wait", "1s", "--reason", "it hangs");
        assertEquals(75, pending.status(), pending.err());
        assertTrue(pending.err().contains("not known to be dead: endless runs on "), pending.err());

        fleet.kill(run.instance());
        fleet.start(run.instance());
        fleet.await("its end", SOON, () -> end(run).isPresent());
        assertEquals(Outcome.KILLED, end(run).get().outcome());
        assertTrue(
                end(run).get().reason().orElse("").matches("ended by \\S+ since \\S+: it hangs"), end(run).toString());
        assertFalse(fleet.witnesses().stream()
                .anyMatch(seen -> seen.job().equals("endless") && seen.end().isPresent()));
    }

    private Optional<Settlement> end(CurrentRun run) {
        return fleet.history().stream()
                .filter(line ->
                        line.job().equals("endless") && line.settlement().token() == run.token())
                .map(HistoryLine::settlement)
                .filter(settlement -> settlement.started().isPresent())
                .findFirst();
    }

    private Optional<CurrentRun> running(String job) {
        return fleet.ledger(job).flatMap(LedgerRecord::run);
    }

    /** The agent that claimed it is killed; who asks again waits for the same run. Then any other host runs the job. */
    @Test
    void aRunThatIsAskedForIsCarriedOutOnceThoughTheAgentThatClaimedItDies() throws Exception {
        List<String> words = List.of("rare", "--on", "b", "--id", "one", "--env", "WHICH=s3cret", "--reason", "test");
        Cli begun = run(words, "--json");
        assertEquals(0, begun.status(), begun.err());
        assertEquals("running", begun.json().get(0).get("state").getAsString(), begun.out());
        assertEquals("b", begun.json().get(0).get("instance").getAsString());

        Process waiting = program(run(words, List.of("--wait")));
        fleet.await(
                "who waits to see it run",
                SOON,
                () -> read(folder.resolve("waiting")).contains("begun: rare on host "));
        signal(waiting.pid(), "INT");
        fleet.await("its end", SOON, () -> !waiting.isAlive());
        assertEquals(130, waiting.exitValue(), read(folder.resolve("waiting")));
        assertTrue(
                read(folder.resolve("waiting")).contains("not waiting any more: the run goes on"),
                read(folder.resolve("waiting")));

        fleet.kill("b");
        Files.createFile(folder.resolve("go"));
        Cli ended = run(words, "--wait", "--json");
        assertEquals(3, ended.status(), ended.err());
        assertEquals("ended", ended.json().get(0).get("state").getAsString(), ended.out());
        assertEquals("b", ended.json().get(0).get("instance").getAsString());

        assertEquals(
                0,
                cli("status", "--json").json().get(0).getAsJsonArray("controls").size(),
                "nothing is waited for");

        Cli other = run(List.of("rare", "--on", "any", "--id", "two"), "--wait");
        assertEquals(3, other.status(), other.err());
        assertTrue(other.out().matches("(?s).*ended: rare on host \\S+, instance [ac] .*"), other.out());
        assertEquals("s3cret\n\n", read(folder.resolve("seen")), "each once, the second without the variable");
        fleet.start("b");
        fleet.await("history", SOON, () -> byHand() == 2);
        String history = cli("history", "rare").out();
        assertTrue(history.matches("(?s).*by hand: \\S+@\\S+ at \\S+: test; with WHICH.*"), history);
        assertFalse(history.contains("s3cret"), history);
    }

    private long byHand() {
        return cli("history", "rare")
                .out()
                .lines()
                .filter(line -> line.contains("by hand: "))
                .count();
    }

    /** As the program that it is, whose signals are its own: what a shell starts in the background ignores SIGINT. */
    private Process program(List<String> words) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.fleetcron.cli.Main"));
        all.addAll(words);
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("waiting").toFile())
                .start();
    }

    private List<String> run(List<String> words, List<String> more) {
        List<String> all =
                new ArrayList<>(List.of("run", "--config", fleet.config().toString(), "--timeout", "60s"));
        all.addAll(words);
        all.addAll(more);
        return all;
    }

    private Cli run(List<String> words, String... more) {
        return Cli.run(run(words, List.of(more)).toArray(String[]::new));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    private List<HistoryLine> claimed(Predicate<HistoryLine> which, Instant after) {
        return fleet.history().stream()
                .filter(which)
                .filter(line ->
                        line.settlement().started().filter(after::isBefore).isPresent())
                .toList();
    }

    private Cli cli(String command, String... words) {
        List<String> all =
                new ArrayList<>(List.of(command, "--config", fleet.config().toString(), "--timeout", "60s"));
        all.addAll(List.of(words));
        return Cli.run(all.toArray(String[]::new));
    }

    /** @param endless whether there is a job whose runs do not end */
    private void define(boolean endless) throws IOException {
        StringBuilder yaml = new StringBuilder("jobs:\n");
        BOTH.forEach(job -> yaml.append(job(job, "every: 1s", ":")));
        yaml.append(job(
                "rare",
                "schedule: '0 0 1 1 *'",
                "echo $WHICH >>%1$s/seen; until [ -e %1$s/go ]; do sleep 0.1; done; exit 3".formatted(folder)));
        if (endless) {
            yaml.append(job("endless", "every: 1s", "sleep 3600"));
        }
        fleet.jobs(yaml.toString());
    }

    private static String job(String name, String when, String work) {
        return "  %s:\n    %s\n    command: '%s'\n".formatted(name, when, TestFleet.witnessed(work));
    }

    private void awaitSettled(String job, Instant upTo) {
        fleet.await(
                job + " to be settled up to " + upTo,
                SOON,
                () -> fleet.ledger(job)
                        .filter(record -> record.settled().isAfter(upTo))
                        .isPresent());
    }

    private void signal(String instance, String signal) throws IOException, InterruptedException {
        signal(fleet.pid(instance), signal);
    }

    private static void signal(long pid, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
    }
}
