package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two thousand jobs in one agent: it starts, reloads and goes on firing. What it took is printed, not judged. */
@Slow
final class ManyJobsTest {

    private static final int JOBS = 2_000;

    @TempDir
    Path folder;

    @Test
    void startReloadAndSteadyState() throws Exception {
        Set<String> steady = new TreeSet<>();
        Machine machine = Machine.measured();
        IntStream.range(0, machine.jobsEverySecond(2, 5)).forEach(i -> steady.add("steady-" + i));
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs(yaml(steady, "0 3 29 2 *"));
            long begin = System.nanoTime();
            fleet.start("a");
            long started = System.nanoTime();
            Instant from = Instant.now().plusSeconds(3);
            settled(fleet, steady, from.plusSeconds(3));
            // Every idle job has its ledger: a miss during a later outage would be known.
            fleet.await("all ledgers", Duration.ofSeconds(60), () -> ledgers() == JOBS + steady.size());
            fleet.jobs(yaml(steady, "30 3 29 2 *"));
            fleet.reload("a");
            fleet.await("the reload", Duration.ofSeconds(60), () -> fleet.logs().contains("configuration reloaded"));
            Instant reloaded = Instant.now();
            settled(fleet, steady, reloaded.plusSeconds(6));
            System.out.println("ManyJobsTest: " + machine + ": " + JOBS + " idle jobs, " + steady.size()
                    + " every second, start " + (started - begin) / 1_000_000
                    + " ms, resident " + fleet.residentKib("a") / 1024 + " MiB");
            fleet.stop("a");
            Audit audit = Audit.of(fleet);
            audit.startedOnce()
                    .noOverlap()
                    .everyFireSettled(steady, 1, from, reloaded.plusSeconds(4))
                    .holds("many jobs", fleet.logs());
            assertEquals(
                    0,
                    fleet.history().stream()
                            .filter(line -> !steady.contains(line.job()))
                            .count(),
                    "no invented fires of idle jobs");
        }
    }

    private static void settled(TestFleet fleet, Set<String> jobs, Instant upTo) {
        for (String job : jobs) {
            fleet.await(
                    job,
                    Duration.ofSeconds(60),
                    () -> fleet.ledger(job)
                            .filter(record -> !record.settled().isBefore(upTo))
                            .isPresent());
        }
    }

    private long ledgers() {
        try (var files = Files.list(folder.resolve("shared/jobs"))) {
            return files.count();
        } catch (IOException e) {
            return -1;
        }
    }

    private static String yaml(Set<String> steady, String idle) {
        StringBuilder yaml = new StringBuilder("jobs:\n");
        String command = TestFleet.witnessed(":");
        steady.forEach(job -> yaml.append("  ")
                .append(job)
                .append(":\n    every: 1s\n    command: '")
                .append(command)
                .append("'\n"));
        for (int i = 0; i < JOBS; i++) {
            yaml.append("  idle-")
                    .append(i)
                    .append(": {schedule: \"")
                    .append(idle)
                    .append("\", command: 'true'}\n");
        }
        return yaml.toString();
    }
}
