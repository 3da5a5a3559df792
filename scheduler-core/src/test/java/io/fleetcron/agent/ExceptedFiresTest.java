package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Settlement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fires that a job excepts, with real agents and real time: settled with the reason, and never started. */
@Slow
final class ExceptedFiresTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Test
    void theyAreSettledAsSkippedAndTheOthersRun() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            Instant begin = Instant.ofEpochSecond(Instant.now().plusSeconds(40).getEpochSecond());
            Instant end = begin.plusSeconds(6);
            Files.writeString(
                    folder.resolve("rest.ics"),
                    String.join(
                            "\n",
                            List.of(
                                    "BEGIN:VCALENDAR",
                                    "BEGIN:VEVENT",
                                    "DTSTART:" + TIME.format(begin),
                                    "DTEND:" + TIME.format(end),
                                    "END:VEVENT",
                                    "END:VCALENDAR")));
            fleet.jobs("jobs:\n  rests: {every: 1s, except: rest.ics, command: '" + TestFleet.witnessed(":") + "'}\n");
            fleet.start("a");
            fleet.start("b");
            Instant up = Instant.now();
            fleet.await(
                    "fires after the rest",
                    PATIENCE,
                    () -> fleet.ledger("rests")
                            .filter(record -> record.settled().isAfter(end.plusSeconds(2)))
                            .isPresent());
            fleet.stop("a");
            fleet.stop("b");

            assertTrue(up.isBefore(begin), "the agents were up before the rest: " + up);
            Audit.of(fleet)
                    .startedOnce()
                    .noOverlap()
                    .everyFireSettled(Set.of("rests"), 1, begin.minusSeconds(1), end.plusSeconds(1))
                    .holds("rest", fleet.logs());
            assertEquals(
                    List.of(),
                    fleet.witnesses().stream()
                            .filter(run -> rests(run.fire(), begin, end))
                            .toList());
            assertTrue(
                    fleet.witnesses().stream().anyMatch(run -> !run.fire().isBefore(end)),
                    "it runs again: " + fleet.logs());
            List<Settlement> skipped = fleet.history().stream()
                    .map(HistoryLine::settlement)
                    .filter(settlement -> rests(settlement.fire(), begin, end))
                    .toList();
            assertEquals(6, skipped.stream().mapToLong(Settlement::count).sum(), skipped.toString());
            for (Settlement settlement : skipped) {
                assertEquals(Outcome.SKIPPED, settlement.outcome());
                assertEquals(
                        Optional.of("excepted: " + begin + " to " + end + " in rest.ics, line 3"), settlement.reason());
            }
        }
    }

    private static boolean rests(Instant fire, Instant begin, Instant end) {
        return !fire.isBefore(begin) && fire.isBefore(end);
    }
}
