package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.LedgerRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running agent, and root of another host who plants links at every path that the agent will use next. */
@Slow
class PlantedLinksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private Path target(String name) throws IOException {
        return Files.writeString(folder.resolve("target-" + name), "untouched\n");
    }

    @Test
    @Concurrent
    void linksChangeNothingAnywhereAndAreReportedOnce() throws Exception {
        SharedLayout layout = new SharedLayout(folder.resolve("shared"));
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  ticks:\n    every: 1s\n    command: 'echo hello; " + witnessed() + "'\n");
            fleet.start("a");
            fleet.await("the first runs", PATIENCE, () -> fleet.witnesses().size() > 1);

            plantOutput(fleet, layout);
            Instant planted = Instant.now();

            fleet.await("the report", PATIENCE, () -> fleet.logs().contains("is a link; somebody wrote there"));
            fleet.await(
                    "more runs",
                    PATIENCE,
                    () -> fleet.witnesses().stream()
                                    .filter(run -> run.start().isAfter(planted.plusSeconds(8)))
                                    .count()
                            > 3);
            assertEquals("untouched\n", Files.readString(folder.resolve("target-output")));
            assertEquals(1, count(fleet.logs(), "storage unhealthy"), fleet.logs());
        }
    }

    @Test
    @Concurrent
    void anAgentThatStartsAmongLinksFollowsNone() throws Exception {
        SharedLayout layout = new SharedLayout(folder.resolve("shared"));
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  ticks:\n    every: 1s\n    command: '" + TestFleet.witnessed(":") + "'\n"
                    + "  gone:\n    every: 1s\n    command: 'true'\n");
            Files.createDirectories(layout.history("a"));
            Files.createDirectories(layout.jobs());
            Files.createDirectories(layout.definitions());
            LocalDate today = LocalDate.now(ZoneOffset.UTC);
            for (LocalDate day : new LocalDate[] {today, today.plusDays(1)}) {
                Files.createSymbolicLink(layout.history("a").resolve(day + ".jsonl"), target("history-" + day));
            }
            Files.createSymbolicLink(layout.definitions("a"), target("definitions"));
            Files.createSymbolicLink(layout.jobs().resolve(SharedLayout.lockName("gone")), target("ledger"));

            fleet.start("a");
            Instant started = Instant.now();

            fleet.await("runs", PATIENCE, () -> fleet.witnesses().size() > 8);
            fleet.await(
                    "history",
                    PATIENCE,
                    () -> fleet.history().stream()
                            .anyMatch(line -> line.settlement().ended().isAfter(started)));
            fleet.await(
                    "the reports",
                    PATIENCE,
                    () -> fleet.logs().contains("gone.lock is a link")
                            && fleet.logs().contains("definitions/a is a link")
                            && fleet.logs().contains(".jsonl is a link"));
            try (var targets = Files.list(folder)) {
                for (Path target : targets.filter(
                                f -> f.getFileName().toString().startsWith("target-"))
                        .toList()) {
                    assertEquals("untouched\n", Files.readString(target), target.toString());
                }
            }
            assertTrue(fleet.ledger("gone").isEmpty());
            assertEquals(1, count(fleet.logs(), "History of this day goes to"), fleet.logs());
            assertEquals(1, count(fleet.logs(), "gone.lock is a link"), fleet.logs());
            assertEquals(1, count(fleet.logs(), "definitions/a is a link"), fleet.logs());
        }
    }

    /** The agent that runs goes on by what it knew of the members; one that starts refuses, and names each link in turn. */
    @Test
    @Concurrent
    void noLinkAtTheTableTheClockOrTheFleetsFileIsFollowedAndAllIsWellOnceTheyAreGone() throws Exception {
        SharedLayout layout = new SharedLayout(folder.resolve("shared"));
        List<Path> planted = List.of(layout.fleetFile(), layout.memberClock(), layout.memberTable());
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  ticks:\n    every: 1s\n    command: '" + witnessed() + "'\n");
            fleet.start("a");
            fleet.await("the first runs", PATIENCE, () -> fleet.witnesses().size() > 1);

            for (Path path : planted) {
                Path link = Files.createSymbolicLink(folder.resolve("link"), target(name(path)));
                Files.move(link, path, StandardCopyOption.ATOMIC_MOVE);
            }
            fleet.await("the report", PATIENCE, () -> fleet.logs().contains(isPlanted(layout.memberTable())));
            Instant reported = Instant.now();
            fleet.await(
                    "more runs",
                    PATIENCE,
                    () -> fleet.witnesses().stream()
                                    .filter(run -> run.start().isAfter(reported.plusSeconds(8)))
                                    .count()
                            > 3);
            assertEquals(1, count(fleet.logs(), isPlanted(layout.memberTable())), fleet.logs());

            for (Path path : planted) {
                String refusal = String.valueOf(assertThrows(IllegalStateException.class, () -> fleet.start("b"))
                        .getMessage());
                assertTrue(refusal.contains(isPlanted(path)), refusal);
                assertEquals("untouched\n", Files.readString(folder.resolve("target-" + name(path))));
                Files.delete(path);
            }
            fleet.start("b");
            fleet.await("the recovery", PATIENCE, () -> fleet.logs().contains("storage healthy again"));
            fleet.await("both in the table", PATIENCE, () -> members(layout).equals(Set.of("a", "b")));
            assertEquals(1, count(Files.readString(fleet.log("a")), isPlanted(layout.memberTable())), fleet.logs());
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static String isPlanted(Path path) {
        return path + " is a link; somebody wrote there";
    }

    private static Set<String> members(SharedLayout layout) {
        try {
            return MemberTable.slots(Files.readAllBytes(layout.memberTable())).stream()
                    .flatMap(slot -> slot.beat().stream())
                    .map(beat -> beat.member().instance())
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** At the outputs of the next minute's fires: times and tokens can be foretold. */
    private void plantOutput(TestFleet fleet, SharedLayout layout) throws IOException {
        LedgerRecord record = fleet.ledger("ticks").orElseThrow();
        Path target = target("output");
        Files.createDirectories(layout.output("ticks"));
        for (int i = 2; i < 60; i++) {
            for (int late = -2; late <= 2; late++) {
                OutputName name = new OutputName(record.settled().plusSeconds(i), record.token() + i + late, "a");
                Path file = layout.output("ticks").resolve(name.text());
                if (!Files.exists(file)) {
                    Files.createSymbolicLink(file, target);
                }
            }
        }
    }

    private static String witnessed() {
        return TestFleet.witnessed(":");
    }

    private static long count(String text, String what) {
        return Pattern.compile(Pattern.quote(what)).matcher(text).results().count();
    }
}
