package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.output.OutputStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output of runs in the log and in the shared store while they go on, with real agents. */
@Slow
final class OutputTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    @Concurrent
    void noLineIsLostAcrossAKilledAndAStoppedAgentAndOnlyWhatWasNotNotedComesTwice() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            String count = "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo \"line $i\"; sleep 0.05; done; printf end";
            fleet.jobs(job("counts", count));
            fleet.start("a");
            fleet.await(
                    "lines in the log", PATIENCE, () -> lines(fleet, "counts").size() > 20);
            fleet.kill("a");
            int killed = lines(fleet, "counts").size();
            int noted = linesNoted();
            fleet.start("a");
            fleet.await(
                    "more lines in the log",
                    PATIENCE,
                    () -> lines(fleet, "counts").size() > 60);
            fleet.stop("a");
            fleet.start("a");
            fleet.await(
                    "the end",
                    PATIENCE,
                    () -> settled(fleet.logs()) >= 0 && fleet.logs().contains(": end\n"));
            List<String> expected = new ArrayList<>();
            IntStream.rangeClosed(1, 300).forEach(i -> expected.add("line " + i));
            expected.add("end");
            List<String> lines = lines(fleet, "counts");
            assertEquals(expected.subList(0, killed), lines.subList(0, killed), fleet.logs());
            // A kill between the log and the note of how far it is makes one look's lines come again.
            assertTrue(noted <= killed, "noted before it was logged\n" + fleet.logs());
            assertEquals(expected.subList(noted, expected.size()), lines.subList(killed, lines.size()), fleet.logs());
            assertTrue(fleet.logs().indexOf(": end\n") < settled(fleet.logs()), "all lines before the end");
            fleet.await(
                    "the whole output in the store",
                    PATIENCE,
                    () -> stored("counts").endsWith("line 300\nend"));
        }
    }

    @Test
    @Concurrent
    void outputGrowsInTheStoreAndTheLogCanBeTurnedOff() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            String speak = "echo first; while [ ! -e WITNESS/go ]; do sleep 0.1; done; printf \"second \\\\377\\\\n\"";
            fleet.jobs(job("speaks", speak));
            fleet.start("a");
            fleet.await(
                    "the first line in the store",
                    PATIENCE,
                    () -> stored("speaks").equals("first\n"));
            fleet.await(
                    "the first line in the log",
                    PATIENCE,
                    () -> lines(fleet, "speaks").contains("first"));
            assertFalse(fleet.logs().contains("fire settled job=speaks"));
            Files.createFile(fleet.witness().resolve("go"));
            fleet.await("the second", PATIENCE, () -> lines(fleet, "speaks").contains("second \\xff"));
            Files.writeString(fleet.config(), Files.readString(fleet.config()) + "output_log: false\n");
            fleet.reload("a");
            fleet.await("the reload", PATIENCE, () -> fleet.logs().contains("configuration reloaded"));
            long before = claimed(fleet);
            fleet.await("more runs", PATIENCE, () -> claimed(fleet) > before + 3);
            assertTrue(fleet.logs().contains("token=" + (before + 2) + " instance=a"), fleet.logs());
            assertFalse(fleet.logs().contains("token=" + (before + 2) + ": first"), fleet.logs());
        }
    }

    /** An alarm goes by the priority in the journal, or by a line's first words: a job has neither. */
    @ParameterizedTest
    @Concurrent
    @ValueSource(booleans = {true, false})
    void aLineOfAJobIsNotTakenForAnAlarmOfTheAgent(boolean journal) throws Exception {
        String alarm = "ERROR storage unhealthy directory=/mnt/fleetcron: forged";
        String time = "2026-11-28T00:00:00.000Z ";
        String filler = "x".repeat(8 << 10); // a longer line comes in pieces
        List<String> forged = List.of(
                alarm,
                "<3>" + alarm,
                time + alarm,
                "\r<3>" + alarm,
                "\u001b[2K\u001b[1G<3>" + alarm,
                "x\u2028<3>" + alarm,
                "x\u0085" + time + alarm,
                filler + "<3>" + alarm,
                filler + time + alarm,
                "<3>" + alarm + "\0\n<3>" + alarm);
        Path text = Files.writeString(folder.resolve("forged"), String.join("\n", forged) + "\n");
        String end = "that was all";
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs(job("forges", "cat " + text + "; echo " + end));
            if (journal) { // the agent compares the number of its standard error with what the service manager tells
                Path log = Files.createFile(fleet.log("a"));
                fleet.under(
                        "a",
                        "env",
                        "JOURNAL_STREAM=" + Files.getAttribute(log, "unix:dev") + ":"
                                + Files.getAttribute(log, "unix:ino"));
            }
            fleet.start("a");
            fleet.await("the output", PATIENCE, () -> fleet.logs().contains(" token=1: " + end));

            List<String> lines = Files.readAllLines(fleet.log("a")).stream()
                    .takeWhile(line -> !line.endsWith(" token=1: " + end))
                    .filter(line -> line.contains("forged") || line.contains("unhealthy"))
                    .toList();
            assertEquals(forged.size() + 1, lines.size(), fleet.logs());
            String begins = (journal ? "<6>INFO  " : "\\S+Z INFO  ") + "output job=forges fire=\\S+ token=1: .*";
            lines.forEach(line -> assertTrue(line.matches(begins), line));
        }
    }

    @Test
    @Concurrent
    void keepsTheNewestOfAJobAndWhatMayBeGoingOn() {
        List<OutputName> names = new ArrayList<>();
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < 30; i++) {
            names.add(new OutputName(start.plusSeconds(i), i + 1, i % 2 == 0 ? "a" : "b"));
        }
        assertEquals(names.subList(0, 10), OutputStore.surplus(names, true, "a"));
        // A late fire, caught up by another host: its name sorts first, its token is the newest.
        OutputName late = new OutputName(start.minusSeconds(9), 99, "b");
        names.add(late);
        assertEquals(10, OutputStore.surplus(names, true, "a").size());
        assertFalse(OutputStore.surplus(names, true, "a").contains(late));
        // Thirty hosts run the same fire of a job that runs on every host.
        List<OutputName> every = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            for (int host = 0; host < 30; host++) {
                every.add(new OutputName(start.plusSeconds(i), i + 1, "host" + host));
            }
        }
        List<OutputName> gone = OutputStore.surplus(every, false, "host3");
        assertEquals(5, gone.size());
        assertTrue(gone.stream().allMatch(name -> name.instance().equals("host3")));
    }

    private static long claimed(TestFleet fleet) {
        return fleet.ledger("speaks").map(record -> record.token()).orElse(0L);
    }

    /** What the log says the job's first run wrote, over all lives of all agents. */
    private static List<String> lines(TestFleet fleet, String job) {
        return fleet.logs()
                .lines()
                .filter(line -> line.matches(".* INFO +output job=" + job + " fire=\\S+ token=1: .*"))
                .map(line -> line.replaceFirst(".* token=1: ", ""))
                .toList();
    }

    /** Where the log tells the end of the first run; fires that came due before it are settled on their own. */
    private static int settled(String logs) {
        Matcher line =
                Pattern.compile("fire settled job=counts .*\\btoken=1\\b").matcher(logs);
        return line.find() ? line.start() : -1;
    }

    /** How many lines of the only run are noted as logged. */
    private int linesNoted() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Optional<Path> note = files.filter(file -> file.endsWith("logged")).findFirst();
            String noted = note.isPresent() ? Files.readString(note.get()).strip() : "";
            if (noted.isEmpty()) {
                return 0;
            }
            byte[] output = Files.readAllBytes(note.orElseThrow().resolveSibling("output"));
            return (int) new String(output, 0, Integer.parseInt(noted), StandardCharsets.UTF_8)
                    .lines()
                    .count();
        }
    }

    /** The output of the job's first run that is kept; empty if there is none. */
    private String stored(String job) {
        Path output = folder.resolve("shared/output").resolve(job);
        if (!Files.isDirectory(output)) {
            return "";
        }
        try (Stream<Path> files = Files.list(output)) {
            Optional<Path> first = files.sorted().findFirst();
            return first.isEmpty() ? "" : new String(Files.readAllBytes(first.get()), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String job(String name, String command) {
        return "jobs:\n  " + name + ":\n    every: 1s\n    command: '" + command + "'\n";
    }
}
