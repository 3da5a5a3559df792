package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.agent.Audit.Outage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guarantee on one machine: real agents, real commands, random kills, wrong clocks. Thousands of fires, with what else can
 * go wrong, have whole fleets under virtual time.
 */
@Slow
final class FleetUnderFireTest {

    private static final List<String> INSTANCES = List.of("a", "b", "c");

    /** Of these no fire may be missed while one instance is up; of others the next fire may come first. */
    private static final Set<String> SLOW = Set.of("slow-0", "slow-1", "slow-2", "slow-3");

    private static final int SLOW_SECONDS = 5;

    private final List<Outage> outages = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void agentsWithWrongClocksKilledAtRandom() throws Exception {
        long seed = Long.getLong("fleetcron.seed", System.nanoTime());
        Set<String> jobs = names("-Dfleetcron.seed=" + seed, 50);
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n" + every(1, jobs, TestFleet.witnessed(":"))
                    + every(SLOW_SECONDS, SLOW, TestFleet.witnessed(":")));
            fleet.skew("a", Duration.ofSeconds(-7));
            fleet.skew("c", Duration.ofSeconds(5));
            for (String instance : INSTANCES) {
                fleet.start(instance);
            }
            Instant from = begin(fleet, jobs);
            killAndRestart(fleet, new Random(seed), from.plusSeconds(30));
            finish(fleet, jobs, 1, from, "seed " + seed);
            fleet.witnesses()
                    .forEach(w -> assertFalse(w.start().isBefore(w.fire()), "before its scheduled time: " + w));
            assertTrue(
                    INSTANCES.stream()
                            .allMatch(i -> fleet.witnesses().stream()
                                    .anyMatch(w -> w.instance().equals(i))),
                    "each instance ran something");
        }
    }

    /** From when every fire counts: a job is owed nothing from before its ledger. */
    private static Instant begin(TestFleet fleet, Set<String> jobs) {
        fleet.await(
                "all ledgers",
                Duration.ofSeconds(60),
                () -> Stream.concat(jobs.stream(), SLOW.stream())
                        .allMatch(job -> fleet.ledger(job).isPresent()));
        return Instant.now().plusSeconds(2);
    }

    private void killAndRestart(TestFleet fleet, Random random, Instant until) throws Exception {
        while (Instant.now().isBefore(until)) {
            TestFleet.pause(500 + random.nextInt(2000));
            if (random.nextBoolean()) {
                amidClaims(random);
            }
            String victim = INSTANCES.get(random.nextInt(INSTANCES.size()));
            Instant killed = Instant.now();
            fleet.kill(victim);
            TestFleet.pause(random.nextInt(1500));
            fleet.start(victim);
            outages.add(new Outage(victim, killed, Instant.now()));
        }
    }

    /**
     * Waits until just after the next fires, when agents claim and start runs: a machine that carries few jobs is idle most
     * of a second, and a kill then shows little.
     */
    private static void amidClaims(Random random) {
        long toNextSecond = 1000 - Instant.now().toEpochMilli() % 1000;
        TestFleet.pause(toNextSecond + random.nextInt(300));
    }

    private void finish(TestFleet fleet, Set<String> jobs, int period, Instant from, String context) {
        Instant to = Instant.now();
        Instant settled = to.minusSeconds(period);
        Instant slowSettled = to.minusSeconds(2 * SLOW_SECONDS);
        fleet.await(
                "every job to be settled up to " + to,
                Duration.ofSeconds(60),
                () -> isSettled(fleet, jobs, settled) && isSettled(fleet, SLOW, slowSettled));
        // History goes out in batches; the orderly stop writes the last one.
        INSTANCES.forEach(fleet::stop);
        fleet.await(
                "the last runs to end",
                Duration.ofSeconds(20),
                () -> fleet.witnesses().stream()
                        .noneMatch(w -> w.end().isEmpty() && w.fire().isAfter(to.minusSeconds(2))));
        Audit audit = Audit.of(fleet);
        System.out.println(context + ": " + audit.summary());
        audit.startedOnce()
                .noOverlap()
                .everyFireSettled(jobs, period, from, settled)
                .everyFireSettled(SLOW, SLOW_SECONDS, from, slowSettled)
                .agree(settled)
                .lostOnlyBy(outages)
                .missedOnlyWithout(Set.copyOf(INSTANCES), outages, SLOW, SLOW_SECONDS, from, slowSettled)
                .holds(context, fleet.logs());
    }

    private static boolean isSettled(TestFleet fleet, Set<String> jobs, Instant upTo) {
        return jobs.stream()
                .allMatch(job -> fleet.ledger(job)
                        .filter(record -> !record.settled().isBefore(upTo))
                        .isPresent());
    }

    /** As many jobs as this machine carries; a machine that cannot start its agents shows nothing. */
    private static Set<String> names(String again, int atMost) {
        Machine machine = Machine.measured();
        int count = machine.jobsEverySecond(5, atMost);
        System.out.println(
                "FleetUnderFireTest " + again + ": " + machine + ": " + count + " of at most " + atMost + " jobs");
        Set<String> names = new TreeSet<>();
        IntStream.range(0, count).forEach(i -> names.add("job-" + i));
        return names;
    }

    private static String every(int seconds, Set<String> jobs, String command) {
        StringBuilder yaml = new StringBuilder();
        for (String job : jobs) {
            yaml.append("  ")
                    .append(job)
                    .append(":\n    every: ")
                    .append(seconds)
                    .append("s\n    command: '")
                    .append(command)
                    .append("'\n");
        }
        return yaml.toString();
    }
}
