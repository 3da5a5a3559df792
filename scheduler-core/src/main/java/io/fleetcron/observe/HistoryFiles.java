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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
        Optional<String> first = since.map(HistoryFiles::dayBefore);
        for (String instance : DirectoryListing.names(root, history)) {
            for (String day : days(history.resolve(instance))) {
                if (day.endsWith(ENDING)
                        && first.filter(f -> day.compareTo(f) < 0).isEmpty()) {
                    read(history.resolve(instance).resolve(day), step, taker);
                }
            }
        }
    }

    /** Takes a line, or refuses it for now. */
    public interface Taker {
        /** False if a line with that text would be taken and be of no use: it is not read. */
        boolean wants(String text);

        /** False if it is to come again the next time. */
        boolean take(HistoryLine line);
    }

    /**
     * Hands over what has come since the last call with the same marks, newer days first; some of it may come again. Only files
     * that may have grown are opened: a writer's day and this one's may differ by one.
     *
     * @param since see {@link #read}
     * @param now the fleet's time
     * @param marks how far each file was read; kept up to date
     * @param step called often
     */
    public void more(Instant since, Instant now, Map<Path, Long> marks, Runnable step, Taker taker) throws IOException {
        String first = dayBefore(since);
        String growing = dayBefore(now);
        List<Path> files = new ArrayList<>();
        for (String instance : DirectoryListing.names(root, history)) {
            for (String day : days(history.resolve(instance))) {
                Path file = history.resolve(instance).resolve(day);
                boolean done = marks.containsKey(file) && day.compareTo(growing) < 0;
                if (day.endsWith(ENDING) && day.compareTo(first) >= 0 && !done) {
                    files.add(file);
                }
            }
        }
        files.sort(Comparator.comparing(Path::getFileName).reversed());
        for (Path file : files) {
            more(file, marks, step, taker);
        }
    }

    private void more(Path file, Map<Path, Long> marks, Runnable step, Taker taker) throws IOException {
        step.run();
        try {
            long known = marks.getOrDefault(file, 0L);
            long from = known > root.size(file) ? 0 : known; // another file by now
            boolean[] refused = new boolean[1];
            long end = root.lines(file, from, line -> {
                if (taker.wants(line)) {
                    HistoryLine.parse(line).filter(read -> !taker.take(read)).ifPresent(read -> refused[0] = true);
                }
                step.run();
            });
            if (!refused[0]) {
                marks.put(file, end);
            }
        } catch (NoSuchFileException e) {
            return; // removed in the meantime
        } catch (PlantedFileException e) {
            LOG.warn("history passed over: {}", e.getMessage());
        }
    }

    /** The name of the file of the day before. */
    private static String dayBefore(Instant time) {
        return time.atOffset(ZoneOffset.UTC).toLocalDate().minusDays(1) + ENDING;
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
