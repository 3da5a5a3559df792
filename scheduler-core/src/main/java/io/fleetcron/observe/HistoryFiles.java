package io.fleetcron.observe;

import io.fleetcron.ledger.HistoryLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The history files of all instances. A line that is torn or foreign is passed over. */
public final class HistoryFiles {
    private static final String ENDING = ".jsonl";

    private final Path history;

    /**
     * @param history the folder that holds one folder for each instance
     */
    public HistoryFiles(Path history) {
        this.history = history;
    }

    /**
     * Reads lines in no particular order; one settlement may come several times.
     *
     * @param since files of days before it are not opened: a fire is settled at its scheduled time or later, and a
     *     file is named by the day (UTC) on which it was written
     */
    public List<HistoryLine> read(Optional<Instant> since, Predicate<HistoryLine> wanted) throws IOException {
        // One day earlier: the writer's clock and the fleet's may stand on two sides of midnight.
        Optional<String> first = since.map(
                instant -> instant.atOffset(ZoneOffset.UTC).toLocalDate().minusDays(1) + ENDING);
        List<HistoryLine> lines = new ArrayList<>();
        for (Path instance : Directories.list(history)) {
            for (Path day : Directories.list(instance)) {
                String name = Directories.name(day);
                if (name.endsWith(ENDING)
                        && first.filter(f -> name.compareTo(f) < 0).isEmpty()) {
                    read(day, wanted, lines);
                }
            }
        }
        return lines;
    }

    private static void read(Path file, Predicate<HistoryLine> wanted, List<HistoryLine> into) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Files.newInputStream(file),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE)))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                HistoryLine.parse(line).filter(wanted).ifPresent(into::add);
            }
        } catch (NoSuchFileException e) {
            return; // removed meanwhile
        }
    }
}
