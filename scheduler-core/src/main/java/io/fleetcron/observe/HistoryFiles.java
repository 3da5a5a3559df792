package io.fleetcron.observe;

import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.storage.PlantedFileException;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The history files of all instances. A line that is torn or foreign is passed over. */
public final class HistoryFiles {
    private static final String ENDING = ".jsonl";

    private static final Logger LOG = LoggerFactory.getLogger(HistoryFiles.class);

    private final SharedRoot root;
    private final Path history;

    /**
     * @param root the shared directory
     * @param history the folder that holds one folder for each instance
     */
    public HistoryFiles(SharedRoot root, Path history) {
        this.root = root;
        this.history = history;
    }

    /**
     * Reads lines in no particular order; one settlement may come several times.
     *
     * @param since files of days before it are not opened: a fire is settled at its scheduled time or later, and a
     *     file is named by the day (UTC) on which it was written
     */
    public List<HistoryLine> read(Optional<Instant> since, Predicate<HistoryLine> wanted) throws IOException {
        List<HistoryLine> lines = new ArrayList<>();
        each(since, () -> {}, line -> {
            if (wanted.test(line)) {
                lines.add(line);
            }
        });
        return lines;
    }

    /**
     * Hands over every line in no particular order; one settlement may come several times.
     *
     * @param since see {@link #read}
     * @param step called often: what takes long goes on
     */
    void each(Optional<Instant> since, Runnable step, Consumer<HistoryLine> taker) throws IOException {
        // One day earlier: the writer's clock and the fleet's may stand on two sides of midnight.
        Optional<String> first = since.map(
                instant -> instant.atOffset(ZoneOffset.UTC).toLocalDate().minusDays(1) + ENDING);
        for (String instance : DirectoryListing.names(root, history)) {
            for (String day : days(history.resolve(instance))) {
                if (day.endsWith(ENDING)
                        && first.filter(f -> day.compareTo(f) < 0).isEmpty()) {
                    read(history.resolve(instance).resolve(day), step, taker);
                }
            }
        }
    }

    private List<String> days(Path instance) throws IOException {
        try {
            return DirectoryListing.names(root, instance);
        } catch (PlantedFileException e) {
            LOG.warn("history passed over: {}", e.getMessage());
            return List.of();
        }
    }

    private void read(Path file, Runnable step, Consumer<HistoryLine> taker) throws IOException {
        step.run();
        try {
            root.lines(file, line -> {
                HistoryLine.parse(line).ifPresent(taker);
                step.run();
            });
        } catch (NoSuchFileException e) {
            return; // removed in the meantime
        } catch (PlantedFileException e) {
            LOG.warn("history passed over: {}", e.getMessage());
        }
    }
}
