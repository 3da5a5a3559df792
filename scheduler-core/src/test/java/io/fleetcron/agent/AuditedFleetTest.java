package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.fleetcron.Slow;
import io.fleetcron.cli.Cli;
import io.fleetcron.ledger.HistoryLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit of what real agents did and wrote, while one was killed and their jobs changed. */
@Slow
final class AuditedFleetTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void theRecordsOfAFleetProveWhatItDid() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  beat: {every: 1s, command: 'true'}\n  old: {every: 1s, command: 'true'}\n");
            fleet.start("a");
            fleet.start("b");
            ran(fleet, "old", 5);
            fleet.kill("a");
            ran(fleet, "beat", 8);
            fleet.jobs("""
                    jobs:
                      beat: {every: 2s, command: 'true'}
                      local: {every: 1s, run_on: every, command: 'true'}
                    """);
            fleet.reload("b");
            fleet.start("a");
            ran(fleet, "local", 6);
            ran(fleet, "beat", 12);
            fleet.stop("a");
            fleet.stop("b");

            JsonObject sound = audit(fleet, 0);
            JsonObject all = sound.getAsJsonObject("all");
            assertTrue(all.get("started").getAsInt() >= 20, sound.toString());
            assertEquals(
                    0, all.get("unknown").getAsInt() + all.get("unaccounted").getAsInt(), sound.toString());
            assertEquals(3, sound.getAsJsonArray("jobs").size());

            Instant gone = fleet.history().stream()
                    .filter(line -> line.job().equals("beat"))
                    .map(line -> line.settlement().fire())
                    .sorted()
                    .skip(4)
                    .findFirst()
                    .orElseThrow();
            forget(gone);
            JsonObject wrong = audit(fleet, 1);
            JsonObject finding = wrong.getAsJsonArray("findings").get(0).getAsJsonObject();
            assertEquals("unaccounted", finding.get("kind").getAsString());
            assertEquals(gone.toString(), finding.get("fire").getAsString());
        }
    }

    private static void ran(TestFleet fleet, String job, int fires) {
        fleet.await(
                fires + " fires of " + job,
                PATIENCE,
                () -> fleet.history().stream()
                                .filter(line -> line.job().equals(job))
                                .map(line -> line.settlement().fire())
                                .distinct()
                                .count()
                        >= fires);
    }

    private static JsonObject audit(TestFleet fleet, int status) {
        Cli cli = Cli.run("audit", "--json", "--config", fleet.config().toString());
        assertEquals(status, cli.status(), cli.out() + cli.err());
        return cli.json().get(0);
    }

    private void forget(Instant fire) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("shared/history"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                List<String> kept = Files.readAllLines(file).stream()
                        .filter(line -> HistoryLine.parse(line)
                                .filter(it -> it.job().equals("beat")
                                        && it.settlement().fire().equals(fire))
                                .isEmpty())
                        .toList();
                Files.write(file, kept);
            }
        }
    }
}
