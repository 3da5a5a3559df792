package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.agent.TestFleet.Witness;
import io.fleetcron.cli.Cli;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three agents with labels of their own: jobs run where they may, and a fire that none may run is accounted for. */
@Slow
final class PlacedJobsTest {

    /** Half of it is how long a fire is left to those that may run it. */
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private TestFleet fleet;

    @BeforeEach
    void open() throws Exception {
        fleet = new TestFleet(folder);
        fleet.labels("a", Map.of("role", "db", "disk", "ssd"));
        fleet.labels("b", Map.of("role", "db"));
        fleet.labels("c", Map.of("role", "web"));
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    private void start(String jobs) throws Exception {
        fleet.jobs("jobs:\n" + jobs);
        for (String instance : List.of("a", "b", "c")) {
            fleet.start(instance);
        }
    }

    private static String job(String name, String keys) {
        return job(name, 2, keys);
    }

    private static String job(String name, int period, String keys) {
        return "  " + name + ": {every: " + period + "s, tolerance: " + TOLERANCE.toSeconds() + "s, " + keys
                + ", command: '" + TestFleet.witnessed(":") + "'}\n";
    }

    private Set<String> ran(String job) {
        return fleet.witnesses().stream()
                .filter(run -> run.job().equals(job))
                .map(Witness::instance)
                .collect(Collectors.toSet());
    }

    private long runs(String job) {
        return fleet.witnesses().stream().filter(run -> run.job().equals(job)).count();
    }

    @Test
    @Concurrent
    void jobsRunWhereTheyMayAndFiresThatNoneMayRunAreMissed() throws Exception {
        start(job("anywhere", "run_on: one")
                + job("database", "labels: {role: db}")
                + job("first", "prefer: {disk: ssd}")
                + job("nowhere", 10, "labels: {role: mail}")
                + job("each", "run_on: every, labels: {role: db}")
                + job("other-host", 10, "hosts: ['*', '!*']"));
        fleet.await(
                "runs",
                Duration.ofSeconds(60),
                () -> ran("anywhere").size() == 3
                        && ran("database").size() == 2
                        && ran("each").size() == 2
                        && runs("first") > 5);

        assertEquals(Set.of("a", "b"), ran("database"));
        assertEquals(Set.of("a", "b"), ran("each"));
        assertTrue(ran("first").contains("a"), "it goes first");
        fleet.await(
                "fires that none may run",
                Duration.ofSeconds(60),
                () -> missed("nowhere") > 1 && missed("other-host") > 0);
        assertEquals(Set.of(), ran("nowhere"));
        assertEquals(Set.of(), ran("other-host"));
        HistoryLine missed = fleet.history().stream()
                .filter(line -> line.job().equals("nowhere"))
                .filter(line -> line.settlement().reason().isPresent())
                .max(Comparator.comparing(line -> line.settlement().fire()))
                .orElseThrow();
        assertTrue(
                missed.settlement()
                        .reason()
                        .orElseThrow()
                        .startsWith("no live instance may run it: its label `role` is mail"),
                missed.toString());
        Duration after =
                Duration.between(missed.settlement().fire(), missed.settlement().ended());
        assertTrue(after.compareTo(TOLERANCE.dividedBy(2)) >= 0, after + " after its time");
        for (HistoryLine line : fleet.history()) {
            assertTrue(
                    !line.job().equals("database") || line.settlement().outcome() != Outcome.MISSED,
                    () -> line + "\n" + fleet.logs());
        }
    }

    private long missed(String job) {
        return fleet.history().stream()
                .filter(line -> line.job().equals(job) && line.settlement().outcome() == Outcome.MISSED)
                .count();
    }

    /** The preferred instance is gone, then all that may run the job are, then one is back. */
    @Test
    @Concurrent
    void theNextOnesTakeOverAndThenNobodyDoes() throws Exception {
        start(job("database", "labels: {role: db}, prefer: {disk: ssd}"));
        fleet.await("a run", Duration.ofSeconds(30), () -> ran("database").contains("a"));
        fleet.kill("a");
        fleet.await(
                "a run elsewhere", Duration.ofSeconds(60), () -> ran("database").contains("b"));
        fleet.kill("b");
        fleet.await(
                "a fire that nobody may run",
                Duration.ofSeconds(90),
                () -> fleet.history().stream()
                        .anyMatch(line -> line.settlement().reason().isPresent()));
        Instant before = Instant.now();
        fleet.start("b");
        fleet.await(
                "runs again",
                Duration.ofSeconds(60),
                () -> fleet.witnesses().stream()
                        .anyMatch(
                                run -> run.instance().equals("b") && run.start().isAfter(before)));
        assertEquals(Set.of("a", "b"), ran("database"));
    }

    @Test
    @Concurrent
    void aPersonIsToldWhereItMayRunAndWhoMay() throws Exception {
        start(job("database", "labels: {role: db}") + job("nowhere", "hosts: no-such-host"));
        String config = fleet.config().toString();
        fleet.await(
                "three members",
                Duration.ofSeconds(30),
                () -> eligible(config, "database").isPresent()
                        && eligible(config, "database").get().equals("[\"a\",\"b\"]"));

        assertEquals(Optional.of("[]"), eligible(config, "nowhere"));
        Cli status = Cli.run("status", "--config", config);
        assertTrue(status.err().contains("no live instance may run job nowhere (no-such-host)"), status.err());
        assertEquals(1, status.status());
        Cli run = Cli.run("run", "--config", config, "--instance", "c", "database");
        assertEquals(1, run.status());
        assertTrue(
                run.err().contains("this host cannot run the job: its label `role` is db, this host's is web"),
                run.err());
    }

    private static Optional<String> eligible(String config, String job) {
        for (var element :
                Cli.run("status", "--json", "--config", config).json().get(0).getAsJsonArray("jobs")) {
            if (element.getAsJsonObject().get("job").getAsString().equals(job)) {
                return Optional.of(element.getAsJsonObject().get("eligible").toString());
            }
        }
        return Optional.empty();
    }
}
