package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import io.fleetcron.natives.UserDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of three hosts has a Java runtime with other time zone data than the rest: an update has not reached it, or it alone. */
@Slow
final class TimeZoneDataTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path DATA = Path.of(System.getProperty("java.home"), "lib", "tzdb.dat");
    private static final String ZONE = "Europe/Berlin";
    private static final String ELSEWHERE = "Europe/Lisbon";
    private static final String ODD = "c";

    /** Its zone is the one that differs; the other job's is not. */
    private static final String HELD = "in-berlin";

    private static final String SAME = "in-utc";

    @TempDir
    private Path folder;

    @Test
    void theHostWithOtherDataHoldsTheJobsOfThatZone() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may mount");
        Path other = Files.write(folder.resolve("tzdb.dat"), withOtherRules());
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n" + job(HELD, ZONE) + job(SAME, "UTC"));
            fleet.under(
                    ODD,
                    "unshare",
                    "--mount",
                    "sh",
                    "-c",
                    "mount --bind " + other + " " + DATA + " && exec \"$@\"",
                    "sh");
            for (String instance : List.of("a", "b", ODD)) {
                fleet.start(instance);
            }
            Instant from = Instant.now().plusSeconds(2);
            fleet.await(
                    "it to say so",
                    PATIENCE,
                    () -> log(fleet, ODD).contains("job " + HELD + " is held")
                            && log(fleet, ODD).contains("time zone data"));
            for (String instance : List.of("a", "b")) {
                fleet.await(
                        "the others to name it",
                        PATIENCE,
                        () -> log(fleet, instance)
                                .contains("job definitions differ instance=" + instance + " other=" + ODD + " jobs="
                                        + HELD + ":"));
            }
            Instant noticed = Instant.now();
            fleet.await("it to run the other job", PATIENCE, () -> ran(fleet, SAME, ODD, noticed));
            fleet.await(
                    "the others to run this one",
                    PATIENCE,
                    () -> ran(fleet, HELD, "a", noticed) && ran(fleet, HELD, "b", noticed));
            fleet.stop(ODD);
            assertEquals(
                    List.of(),
                    fleet.witnesses().stream()
                            .filter(run ->
                                    run.job().equals(HELD) && run.instance().equals(ODD))
                            .filter(run -> run.fire().isAfter(noticed))
                            .toList());
            assertTrue(!log(fleet, ODD).contains("job " + SAME + " is held"));

            fleet.under(ODD);
            fleet.start(ODD);
            Instant updated = Instant.now();
            fleet.await("it to run all", PATIENCE, () -> ran(fleet, HELD, ODD, updated));
            Instant to = Instant.now();
            fleet.await(
                    "all fires to be settled",
                    PATIENCE,
                    () -> List.of(HELD, SAME).stream()
                            .allMatch(job -> fleet.ledger(job)
                                    .filter(record -> record.settled().isAfter(to))
                                    .isPresent()));
            for (String instance : List.of("a", "b", ODD)) {
                fleet.stop(instance);
            }
            Audit audit = Audit.of(fleet);
            System.out.println("TimeZoneDataTest: " + audit.summary());
            audit.startedOnce()
                    .noOverlap()
                    .everyFireSettled(Set.of(HELD, SAME), 1, from, to)
                    .agree(to)
                    .holds("with other time zone data on one host", fleet.logs());
        }
    }

    /** Every second, whatever the hour is called. */
    private static String job(String name, String zone) {
        return "  " + name + ":\n    schedule: \"* * * * * *\"\n    timezone: " + zone + "\n    command: '"
                + TestFleet.witnessed(":") + "'\n";
    }

    private static boolean ran(TestFleet fleet, String job, String instance, Instant since) {
        return fleet.witnesses().stream()
                .anyMatch(run -> run.job().equals(job)
                        && run.instance().equals(instance)
                        && run.fire().isAfter(since));
    }

    /**
     * This runtime's data, in which one zone has the rules of another one. The format is that of the JDK's
     * TzdbZoneRulesProvider: versions, regions and rules, then each region's rules by their number.
     */
    private static byte[] withOtherRules() throws IOException {
        ByteBuffer data = ByteBuffer.wrap(Files.readAllBytes(DATA));
        assertEquals(1, data.get(), "the format's version");
        assertEquals("TZDB", text(data));
        int versions = data.getShort();
        for (int i = 0; i < versions; i++) {
            text(data);
        }
        List<String> regions = new ArrayList<>();
        int count = data.getShort();
        for (int i = 0; i < count; i++) {
            regions.add(text(data));
        }
        int rules = data.getShort();
        for (int i = 0; i < rules; i++) {
            int length = data.getShort();
            data.position(data.position() + length);
        }
        int changed = -1;
        short number = -1;
        int assigned = data.getShort();
        for (int i = 0; i < assigned; i++) {
            String region = regions.get(data.getShort());
            changed = region.equals(ZONE) ? data.position() : changed;
            short own = data.getShort();
            number = region.equals(ELSEWHERE) ? own : number;
        }
        data.putShort(changed, number);
        return data.array();
    }

    private static String text(ByteBuffer data) {
        byte[] bytes = new byte[data.getShort()];
        data.get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static String log(TestFleet fleet, String instance) {
        try {
            return Files.readString(fleet.log(instance));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
