package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Overlap, catch-up, new and changed schedules, reload and stop, with real agents and real time. */
@Slow
final class PoliciesTest {

    @TempDir
    Path folder;

    @Test
    void aJobLongerThanItsPeriod() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            String command = "'" + TestFleet.witnessed("sleep 2.6") + "'";
            String endless = "'" + TestFleet.witnessed("sleep 60") + "'";
            fleet.jobs("jobs:\n"
                    + job("skips", "every: 2s", "overlap: skip", "command: " + command)
                    + job("queues", "every: 2s", "overlap: queue", "command: " + command)
                    + job("replaces", "every: 2s", "overlap: replace", "kill_after: 1s", "command: " + endless));
            fleet.start("a");
            fleet.start("b");
            Instant from = Instant.now().plusSeconds(2);
            for (String job : List.of("skips", "queues", "replaces")) {
                fleet.await(
                        job + " to be settled",
                        Duration.ofSeconds(60),
                        () -> fleet.ledger(job)
                                .filter(record -> record.settled().isAfter(from.plusSeconds(14)))
                                .isPresent());
            }
            fleet.stop("a");
            fleet.stop("b");
            Instant to = from.plusSeconds(12);
            Audit.of(fleet)
                    .startedOnce()
                    .noOverlap()
                    .everyFireSettled(Set.of("skips", "queues", "replaces"), 2, from, to)
                    .holds("overlap", fleet.logs());
            assertEquals(Set.of("succeeded", "skipped"), outcomes(fleet, "skips", from, to));
            assertEquals(Set.of("succeeded", "skipped"), outcomes(fleet, "queues", from, to));
            assertTrue(count(fleet, "replaces", Outcome.KILLED) > 1, fleet.logs());
            assertEquals(0, count(fleet, "replaces", Outcome.SUCCEEDED));
            // What the queue runs was due before the run before it ended; what came due so is never run by a skipping
            // job.
            assertTrue(dueDuringTheRunBefore(fleet, "queues") > 0, fleet.logs());
            assertEquals(0, dueDuringTheRunBefore(fleet, "skips"), fleet.logs());
        }
    }

    @Test
    void newAndChangedSchedulesOweNothingFromBefore() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            String command = "command: '" + TestFleet.witnessed(":") + "'";
            String all = "catch_up: {policy: all, within: 10d}";
            fleet.jobs("jobs:\n" + job("changing", "schedule: '0 0 1 1 *'", all, command));
            fleet.start("a");
            fleet.await(
                    "the ledger",
                    Duration.ofSeconds(20),
                    () -> fleet.ledger("changing").isPresent());
            Instant changed = Instant.now();
            fleet.jobs("jobs:\n" + job("changing", "every: 2s", all, command) + job("new", "every: 2s", all, command));
            fleet.reload("a");
            fleet.await("the reload", Duration.ofSeconds(60), () -> fleet.logs().contains("configuration reloaded"));
            Instant reloaded = Instant.now();
            awaitLedgers(fleet, Set.of("changing", "new"), reloaded.plusSeconds(6));
            // A broken file keeps the last good set, loudly.
            Files.writeString(folder.resolve("jobs.d/broken.yaml"), "jobs:\n  x: {every: 2s, comand: true}\n");
            fleet.reload("a");
            fleet.await(
                    "the refusal", Duration.ofSeconds(60), () -> fleet.logs().contains("broken.yaml:2:"));
            Instant broken = Instant.now();
            awaitLedgers(fleet, Set.of("changing", "new"), broken.plusSeconds(4));
            fleet.stop("a");
            assertTrue(
                    fleet.history().stream()
                            .allMatch(line -> line.settlement().fire().isAfter(changed.minusSeconds(2))),
                    "nothing is invented: " + fleet.history());
            Audit.of(fleet)
                    .startedOnce()
                    .noOverlap()
                    .everyFireSettled(Set.of("changing", "new"), 2, reloaded.plusSeconds(3), broken.plusSeconds(2))
                    .holds("changed", fleet.logs());
        }
    }

    /** Across a restart, which knows of the job by its lock file alone. */
    @Test
    void aJobThatIsTakenOutStartsNothingAndOwesNothingWhenItIsBack() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            String beacon = job("beacon", "every: 1s", "command: 'true'");
            StringBuilder all = new StringBuilder("jobs:\n").append(beacon);
            for (String name : List.of("idle", "busy")) {
                all.append(job(
                        name,
                        "every: 2s",
                        "overlap: queue",
                        "catch_up: {policy: all, within: 1h}",
                        "command: '" + TestFleet.witnessed(name.equals("busy") ? "sleep 5" : ":") + "'"));
            }
            Set<String> jobs = Set.of("idle", "busy");
            fleet.jobs(all.toString());
            fleet.start("a");
            fleet.start("b");
            fleet.await(
                    "runs",
                    Duration.ofSeconds(60),
                    () -> jobs.stream().allMatch(name -> starts(fleet, name).count() > 1));
            fleet.jobs("jobs:\n" + beacon);
            renew(fleet);
            Instant out = Instant.now();
            fleet.await(
                    "the ledgers to learn of it",
                    Duration.ofSeconds(90),
                    () -> jobs.stream()
                            .allMatch(name -> fleet.ledger(name)
                                    .filter(LedgerRecord::isRetired)
                                    .isPresent()));
            fleet.await(
                    "fires to pass", Duration.ofSeconds(60), () -> Instant.now().isAfter(out.plusSeconds(8)));
            fleet.jobs(all.toString());
            Instant back = Instant.now();
            renew(fleet);
            fleet.await(
                    "runs again",
                    Duration.ofSeconds(60),
                    () -> jobs.stream()
                            .allMatch(name -> starts(fleet, name)
                                            .filter(run -> run.start().isAfter(back))
                                            .count()
                                    > 1));
            fleet.stop("a");
            fleet.stop("b");
            for (String name : jobs) {
                List<TestFleet.Witness> wrong = starts(fleet, name)
                        .filter(run -> (run.start().isAfter(out) && run.start().isBefore(back))
                                || (run.fire().isAfter(out) && run.fire().isBefore(back)))
                        .toList();
                assertEquals(List.of(), wrong, fleet.logs());
            }
            Audit.of(fleet).startedOnce().noOverlap().holds("taken out", fleet.logs());
        }
    }

    private static Stream<TestFleet.Witness> starts(TestFleet fleet, String job) {
        return fleet.witnesses().stream().filter(run -> run.job().equals(job));
    }

    /** Lets both agents have the files as they are now. */
    private static void renew(TestFleet fleet) throws Exception {
        fleet.stop("a");
        fleet.stop("b");
        fleet.start("a");
        fleet.start("b");
    }

    @Test
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
    void manyRunsOfOneJobAreTakenBackByOneLook() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n"
                    + job("speaks", "every: 1s", "command: '" + TestFleet.witnessed("echo said; sleep 0.3") + "'"));
            Path inTheWay =
                    Files.createDirectories(folder.resolve("shared/output")).resolve("speaks");
            Files.createFile(inTheWay);
            fleet.start("a");
            Path runs = folder.resolve("state/a/runs");
            for (int life = 1; life <= 4; life++) {
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

    private static Set<String> outcomes(TestFleet fleet, String job, Instant from, Instant to) {
        return fleet.history().stream()
                .filter(line -> line.job().equals(job))
                .map(HistoryLine::settlement)
                .filter(s -> s.through().isAfter(from) && !s.fire().isAfter(to))
                .map(s -> s.outcome().word())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static long count(TestFleet fleet, String job, Outcome outcome) {
        return fleet.history().stream()
                .filter(line -> line.job().equals(job) && line.settlement().outcome() == outcome)
                .mapToLong(line -> line.settlement().count())
                .sum();
    }

    /** How many of the job's runs are of a fire that came due while the run before was going on. */
    private static long dueDuringTheRunBefore(TestFleet fleet, String job) {
        List<TestFleet.Witness> runs = fleet.witnesses().stream()
                .filter(run -> run.job().equals(job))
                .sorted(Comparator.comparing(TestFleet.Witness::token))
                .toList();
        return IntStream.range(1, runs.size())
                .filter(i -> runs.get(i - 1)
                        .end()
                        .filter(end -> runs.get(i).fire().isBefore(end))
                        .isPresent())
                .count();
    }

    private static String job(String name, String... lines) {
        StringBuilder yaml = new StringBuilder("  " + name + ":\n");
        for (String line : lines) {
            yaml.append("    ").append(line).append('\n');
        }
        return yaml.toString();
    }
}
