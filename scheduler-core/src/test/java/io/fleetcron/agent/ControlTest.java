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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people ask of a fleet of three real agents, with the real commands. */
@Slow
final class ControlTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Set<String> BOTH = Set.of("paused", "other");

    @TempDir
    Path folder;

    private TestFleet fleet;
    private Instant began;

    @BeforeEach
    void startThreeAgents() throws IOException {
        fleet = new TestFleet(folder);
        define(BOTH, "every: 1s", ":");
        for (String instance : List.of("a", "b", "c")) {
            fleet.start(instance);
        }
        began = Instant.now();
        BOTH.forEach(job -> awaitSettled(job, began.plusSeconds(2)));
    }

    @AfterEach
    void endAll() {
        fleet.close();
    }

    @Test
    void noHostStartsAPausedJobOnceItIsInForce() throws IOException {
        Cli pause = cli("pause", "paused", "--forever", "--reason", "the database moves");
        Instant inForce = Instant.now();
        assertEquals(0, pause.status(), pause.err());
        assertEquals("", pause.err(), "every agent has read it");
        assertTrue(pause.out().contains("paused: paused until it is resumed"), pause.out());

        // An agent that starts, also in place of one that was killed, starts nothing before it has read it.
        fleet.kill("a");
        fleet.start("a");
        BOTH.forEach(job -> awaitSettled(job, inForce.plusSeconds(6)));
        assertNothingClaimed("paused", inForce);
        assertTrue(
                fleet.witnesses().stream()
                        .anyMatch(
                                run -> run.job().equals("other") && run.start().isAfter(inForce.plusSeconds(1))),
                "other jobs go on");

        Cli resume = cli("resume", "paused");
        Instant resumed = Instant.now();
        assertEquals(0, resume.status(), resume.err());
        awaitStart("paused", resumed);
        awaitSettled("paused", resumed.plusSeconds(3));
        stopAll();

        List<HistoryLine> leftOut = fleet.history().stream()
                .filter(line -> line.job().equals("paused"))
                .filter(line -> line.settlement().outcome() == Outcome.SKIPPED)
                .filter(line -> line.settlement().reason().isPresent())
                .toList();
        assertTrue(leftOut.size() >= 5, leftOut.toString());
        leftOut.forEach(line -> assertTrue(
                line.settlement().reason().get().matches("paused by \\S+@\\S+ since \\S+: the database moves"),
                line.toString()));
        Audit.of(fleet)
                .startedOnce()
                .noOverlap()
                .everyFireSettled(BOTH, 1, began.plusSeconds(1), resumed.plusSeconds(2))
                .holds("pause", fleet.logs());
        String history = cli("history", "paused").out();
        assertTrue(history.contains(" pause ") && history.contains(" resume "), history);
    }

    @Test
    void theMaintenanceSwitchHoldsForJobsThatAreDefinedLater() throws IOException {
        cli("pause", "*", "--for", "1h", "--reason", "maintenance");
        Instant inForce = Instant.now();
        define(Set.of("paused", "other", "later"), "every: 1s", ":");
        for (String instance : List.of("a", "b", "c")) {
            fleet.reload(instance);
        }
        List.of("paused", "other", "later").forEach(job -> awaitSettled(job, inForce.plusSeconds(4)));
        List.of("paused", "other", "later").forEach(job -> assertNothingClaimed(job, inForce));
        assertTrue(cli("status").out().contains("maintenance"));

        assertEquals(
                0, cli("pause", "other", "--forever", "--reason", "its own").status());
        Cli resume = cli("resume", "*");
        Instant resumed = Instant.now();
        assertEquals(1, resume.status(), "one is still paused");
        assertTrue(resume.err().contains("*: still paused by `fleetcron pause other`"), resume.err());
        awaitStart("later", resumed);
        awaitSettled("other", resumed.plusSeconds(3));
        assertNothingClaimed("other", inForce);
    }

    /** Its host stands still, or is cut off: it has read nothing, and must read before it starts anything. */
    @Test
    void aHostThatDidNotReadItReadsItBeforeItStartsAnything() throws Exception {
        signal("b", "STOP");
        Cli pause = cli("pause", "paused", "--for", "1h", "--reason", "test");
        Instant inForce = Instant.now();
        assertEquals(0, pause.status(), pause.err());
        assertTrue(pause.err().isEmpty() || pause.err().contains("not read yet by b"), pause.err());
        signal("b", "CONT");
        fleet.stop("a");
        fleet.stop("c");
        awaitSettled("paused", inForce.plusSeconds(4));
        assertNothingClaimed("paused", inForce);
    }

    @Test
    void aSkippedFireIsLeftOutAndTheNextOneRuns() throws IOException {
        define(Set.of("skipped"), "'*/20 * * * * *'", ":");
        for (String instance : List.of("a", "b", "c")) {
            fleet.reload(instance);
        }
        fleet.await("the job", SOON, () -> fleet.ledger("skipped").isPresent());
        // Not right before a fire: it may begin while the hosts read it.
        fleet.await("a time between fires", SOON, () -> Instant.now().getEpochSecond() % 20 < 5);
        Cli skip = cli("skip", "skipped", "--reason", "holiday", "--json");
        assertEquals(0, skip.status(), skip.err());
        Instant left = Instant.parse(skip.json().get(0).get("last").getAsString());
        assertEquals(skip.json().get(0).get("first").getAsString(), left.toString());
        assertEquals(
                left.toString(),
                cli("skip", "skipped", "--json").json().get(0).get("last").getAsString(),
                "asked twice, it leaves out no more");
        fleet.await(
                "the fire after it",
                SOON,
                () -> fleet.witnesses().stream()
                        .anyMatch(
                                run -> run.job().equals("skipped") && run.fire().equals(left.plusSeconds(20))));
        stopAll();
        assertFalse(fleet.witnesses().stream()
                .anyMatch(run -> run.job().equals("skipped") && run.fire().equals(left)));
        HistoryLine line = fleet.history().stream()
                .filter(l -> l.job().equals("skipped") && l.settlement().fire().equals(left))
                .findFirst()
                .orElseThrow();
        assertEquals(Outcome.SKIPPED, line.settlement().outcome());
        assertTrue(line.settlement().reason().orElse("").matches("left out by .*: holiday"), line.toString());
    }

    @Test
    void whereTheTableCannotBeTrustedNothingStartsUntilItIsMadeAnew() throws IOException {
        cli("pause", "other", "--forever", "--reason", "test");
        Path table = folder.resolve("shared/control/table");
        byte[] damaged = Files.readAllBytes(table);
        damaged[3] ^= 1;
        damaged[515] ^= 1;
        Files.write(table, damaged);
        fleet.await(
                "the agents to see it",
                SOON,
                () -> List.of("a", "b", "c").stream()
                        .allMatch(instance -> log(instance).contains("cannot be trusted, and nothing is started")));
        Instant seen = Instant.now();
        TestFleet.pause(3_000);
        assertNothingClaimed("paused", seen);
        Cli status = cli("status");
        assertEquals(1, status.status());
        assertTrue(status.err().contains("the table of controls cannot be trusted"), status.err());
        Cli refused = cli("pause", "paused", "--forever", "--reason", "test");
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("`fleetcron resume --all` writes a new one"), refused.err());

        assertEquals(0, cli("resume", "--all").status());
        Instant again = Instant.now();
        awaitStart("paused", again);
        awaitStart("other", again);
    }

    @Test
    void aDrainedHostClaimsNothingAlsoAfterARestart() throws IOException {
        Cli drain = cli("drain", "b", "--reason", "new kernel");
        Instant inForce = Instant.now();
        assertEquals(0, drain.status(), drain.err());
        assertTrue(drain.out().contains("drained: b until `fleetcron undrain`"), drain.out());
        fleet.kill("b");
        fleet.start("b");
        BOTH.forEach(job -> awaitSettled(job, inForce.plusSeconds(10)));
        assertEquals(List.of(), claimedBy("b", inForce));
        assertFalse(claimedBy("a", inForce).isEmpty() && claimedBy("c", inForce).isEmpty(), "the others run its jobs");
        String status = cli("status").out();
        assertTrue(status.matches("(?s).*b +yes .*drained by \\S+ since \\S+: new kernel.*"), status);

        assertEquals(0, cli("undrain", "b").status());
        Instant back = Instant.now();
        fleet.await("b to claim again", SOON, () -> !claimedBy("b", back).isEmpty());
        stopAll();
        Audit.of(fleet)
                .startedOnce()
                .noOverlap()
                .everyFireSettled(BOTH, 1, began.plusSeconds(1), back.plusSeconds(1))
                .holds("drain", fleet.logs());
    }

    /** The agent that has to end the run stands still, and is killed before it can. */
    @Test
    void aRunIsEndedByTheNextAgentOfItsHostWhereTheOneThatShouldDied() throws Exception {
        CurrentRun run = startEndless();
        signal(run.instance(), "STOP");
        Cli kill = cli("kill", "endless", "--wait", "1s", "--reason", "it hangs");
        assertEquals(75, kill.status(), kill.err());
        assertTrue(kill.err().contains("not known to be dead: endless runs on "), kill.err());

        fleet.kill(run.instance());
        fleet.start(run.instance());
        fleet.await("its end", SOON, () -> running("endless").isEmpty());
        Cli again = cli("kill", "endless");
        assertEquals("not running: endless\n", again.out());
        assertEquals(0, again.status());
        stopAll();
        HistoryLine line = fleet.history().stream()
                .filter(l -> l.job().equals("endless") && l.settlement().token() == run.token())
                .filter(l -> l.settlement().started().isPresent())
                .findFirst()
                .orElseThrow();
        assertEquals(Outcome.KILLED, line.settlement().outcome());
        assertTrue(
                line.settlement().reason().orElse("").matches("ended by \\S+ since \\S+: it hangs"), line.toString());
        assertFalse(fleet.witnesses().stream()
                .anyMatch(seen -> seen.job().equals("endless") && seen.end().isPresent()));
    }

    @Test
    void killSaysWhenTheRunIsDeadWhateverHostItIsOn() throws IOException {
        startEndless();
        Cli kill = cli("kill", "endless", "--json");
        assertEquals(0, kill.status(), kill.err());
        assertEquals("killed", kill.json().get(0).get("outcome").getAsString());
        assertTrue(running("endless").isEmpty());
    }

    /** One run of it, and no other after that. */
    private CurrentRun startEndless() throws IOException {
        define(Set.of("endless"), "every: 1s", "sleep 3600");
        for (String instance : List.of("a", "b", "c")) {
            fleet.reload(instance);
        }
        fleet.await("its run", SOON, () -> running("endless").isPresent());
        assertEquals(
                0,
                cli("pause", "endless", "--for", "1h", "--reason", "no other").status());
        return running("endless").orElseThrow();
    }

    private Optional<CurrentRun> running(String job) {
        return fleet.ledger(job).flatMap(LedgerRecord::run);
    }

    /** The agent that claimed it is killed; who asks again waits for the same run. Then any other host runs the job. */
    @Test
    void aRunThatIsAskedForIsCarriedOutOnceThoughTheAgentThatClaimedItDies() throws Exception {
        define(
                Set.of("rare"),
                "'0 0 1 1 *'",
                "echo $WHICH >>%1$s/seen; until [ -e %1$s/go ]; do sleep 0.1; done; exit 3".formatted(folder));
        for (String instance : List.of("a", "b", "c")) {
            fleet.reload(instance);
        }
        awaitSettled("rare", began);
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
        assertEquals(130, waiting.waitFor(), read(folder.resolve("waiting")));
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
        stopAll();
        String history = cli("history", "rare").out();
        assertTrue(history.matches("(?s).*by hand: \\S+@\\S+ at \\S+: test; with WHICH.*"), history);
        assertFalse(history.contains("s3cret"), history);
        assertEquals(
                2, history.lines().filter(line -> line.contains("by hand: ")).count(), history);
    }

    /** As the program that it is, whose signals are its own. */
    private Process program(List<String> words) throws IOException {
        List<String> all = new ArrayList<>(List.of(
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

    /** As if the file server did not answer the one command that holds the lock. */
    @Test
    void aCommandThatCannotWriteSaysSoInTime() throws Exception {
        Path table = folder.resolve("shared/control/table");
        Process holder = new ProcessBuilder("flock", table.toString(), "sleep", "600").start();
        try {
            fleet.await(
                    "the lock to be held",
                    SOON,
                    () -> holder.children().findAny().isPresent());
            Cli pause = Cli.run(
                    "pause",
                    "--config",
                    fleet.config().toString(),
                    "--timeout",
                    "4s",
                    "paused",
                    "--forever",
                    "--reason",
                    "x");
            assertEquals(1, pause.status(), pause.err());
            assertTrue(pause.err().contains("table: another command has held its lock for 3 s"), pause.err());
        } finally {
            holder.descendants().forEach(ProcessHandle::destroyForcibly);
            holder.destroyForcibly();
        }
    }

    private List<HistoryLine> claimedBy(String instance, Instant after) {
        return fleet.history().stream()
                .filter(line -> line.settlement().instance().equals(instance))
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

    private void define(Set<String> jobs, String schedule, String work) throws IOException {
        StringBuilder yaml = new StringBuilder("jobs:\n");
        for (String job : jobs) {
            String key = schedule.startsWith("every") ? schedule : "schedule: " + schedule;
            yaml.append("  %s:\n    %s\n    command: '%s'\n".formatted(job, key, TestFleet.witnessed(work)));
        }
        fleet.jobs(yaml.toString());
    }

    private void awaitSettled(String job, Instant upTo) {
        fleet.await(
                job + " to be settled up to " + upTo,
                SOON,
                () -> fleet.ledger(job)
                        .filter(record -> record.settled().isAfter(upTo))
                        .isPresent());
    }

    private void awaitStart(String job, Instant after) {
        fleet.await(
                job + " to start",
                SOON,
                () -> fleet.witnesses().stream()
                        .anyMatch(run -> run.job().equals(job) && run.start().isAfter(after)));
    }

    private void assertNothingClaimed(String job, Instant after) {
        assertEquals(
                List.of(),
                fleet.history().stream()
                        .filter(line -> line.job().equals(job))
                        .filter(line -> line.settlement().outcome() != Outcome.SKIPPED)
                        .filter(line -> line.settlement()
                                .started()
                                .filter(after::isBefore)
                                .isPresent())
                        .toList());
    }

    private String log(String instance) {
        return read(fleet.log(instance));
    }

    private void signal(String instance, String signal) throws IOException, InterruptedException {
        signal(fleet.pid(instance), signal);
    }

    private static void signal(long pid, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
    }

    private void stopAll() {
        for (String instance : List.of("a", "b", "c")) {
            if (fleet.isRunning(instance)) {
                fleet.stop(instance);
            }
        }
    }
}
