package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Settlement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code @reboot}: once per boot of a host, whatever becomes of its agent. With real agents and boots by name. */
@Slow
final class BootTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofHours(30);

    /** By whose runs it is seen that an agent has looked at everything. */
    private static final String BEAT = "jobs:\n  beat:\n    every: 1s\n    run_on: every\n    command: \"true\"\n";

    @TempDir
    Path folder;

    @Test
    @Concurrent
    void firesOncePerBootAndNotPerAgentStart() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs(BEAT + job("first", "\"@reboot\"") + job("both", "[\"@reboot\", \"0 0 29 2 *\"]"));
            fleet.boot("one", SHORT);
            fleet.start("a");
            settled(fleet, 1, "first", "both");
            fleet.stop("a");
            fleet.start("a");
            alive(fleet);
            fleet.kill("a");
            fleet.start("a");
            alive(fleet);
            assertEquals(List.of(1L), tokens(fleet, "first"));
            assertEquals(List.of(1L), tokens(fleet, "both"));

            // A job that comes later in a boot waits for the next one, whether the agent is restarted or not.
            fleet.jobs(BEAT
                    + job("first", "\"@reboot\"")
                    + job("both", "[\"@reboot\", \"0 0 29 2 *\"]")
                    + job("later", "\"@reboot\""));
            fleet.reload("a");
            fleet.await("the reload", PATIENCE, () -> fleet.logs().contains("configuration reloaded"));
            alive(fleet);
            fleet.stop("a");
            fleet.start("a");
            alive(fleet);
            assertEquals(List.of(), tokens(fleet, "later"));

            fleet.stop("a");
            fleet.boot("two", LONG); // an agent that starts late in a boot, as crond does
            fleet.start("a");
            settled(fleet, 2, "first", "both");
            settled(fleet, 1, "later");
            assertEquals(List.of(1L, 2L), tokens(fleet, "first"));
            assertEquals(List.of(1L), tokens(fleet, "later"));
            fleet.await("history", PATIENCE, () -> succeeded(fleet) == 5);
            assertEquals(2, boots(fleet).map(Settlement::fire).distinct().count(), "one scheduled time for each boot");
        }
    }

    @Test
    @Concurrent
    void aHostThatWasUpForLongWaitsForItsNextBoot() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs(BEAT + job("first", "\"@reboot\""));
            fleet.boot("one", LONG);
            fleet.start("a");
            fleet.await("word of it", PATIENCE, () -> fleet.logs().contains("boot noted uptime=1800m"));
            alive(fleet);
            fleet.stop("a");
            fleet.start("a");
            alive(fleet);
            assertEquals(List.of(), tokens(fleet, "first"));
            fleet.stop("a");
            fleet.boot("two", SHORT);
            fleet.start("a");
            settled(fleet, 1, "first");
        }
    }

    private static void settled(TestFleet fleet, int runs, String... jobs) {
        for (String job : jobs) {
            fleet.await(
                    runs + " runs of " + job, PATIENCE, () -> tokens(fleet, job).size() >= runs);
        }
    }

    /** The first look at each job comes within a second of the agent's start. */
    private static void alive(TestFleet fleet) {
        long before = beats(fleet);
        fleet.await("three more beats", PATIENCE, () -> beats(fleet) >= before + 3);
    }

    private static long beats(TestFleet fleet) {
        return fleet.logs()
                .lines()
                .filter(line -> line.contains("fire settled job=beat"))
                .count();
    }

    private static List<Long> tokens(TestFleet fleet, String job) {
        return fleet.witnesses().stream()
                .filter(witness -> witness.job().equals(job))
                .map(TestFleet.Witness::token)
                .sorted()
                .toList();
    }

    private static long succeeded(TestFleet fleet) {
        return boots(fleet)
                .filter(settled -> settled.outcome() == Outcome.SUCCEEDED)
                .count();
    }

    private static Stream<Settlement> boots(TestFleet fleet) {
        return fleet.history().stream()
                .filter(line -> !line.job().equals("beat"))
                .map(HistoryLine::settlement);
    }

    private static String job(String name, String schedule) {
        return "  " + name + ":\n    schedule: " + schedule + "\n    run_on: every\n    command: '"
                + TestFleet.witnessed(":") + "'\n";
    }
}
