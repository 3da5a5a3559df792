package io.fleetcron.observe;

import io.fleetcron.config.NameRules;
import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.storage.PlantedFileException;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journals of all instances, and the timetables that they name. What is torn or foreign is passed over. */
final class JournalFiles {

    private static final Logger LOG = LoggerFactory.getLogger(JournalFiles.class);
    private static final String ENDING = ".jsonl";

    /** Starts and changes of one instance that are kept apart: more than there are in years. */
    private static final int MOST = 100_000;

    private final SharedLayout layout;
    private final SharedRoot root;
    private final Runnable step;

    /**
     * @param step called whenever something was read
     */
    JournalFiles(SharedLayout layout, SharedRoot root, Runnable step) {
        this.layout = layout;
        this.root = root;
        this.step = step;
    }

    /** By instance: the lines from {@code since} on, and those before it that say what was in force then. */
    Map<String, List<InForce>> journals(Instant since) throws IOException {
        Map<String, List<InForce>> all = new TreeMap<>();
        for (String instance : DirectoryListing.names(root, layout.journal())) {
            if (NameRules.host(instance).isEmpty()) {
                all.put(instance, journal(instance, since));
            }
        }
        all.values().removeIf(List::isEmpty);
        return all;
    }

    private List<InForce> journal(String instance, Instant since) throws IOException {
        Map<Instant, InForce> lives = new TreeMap<>();
        for (String file : files(instance, since)) {
            read(layout.journal(instance).resolve(file), line -> {
                if (lives.size() < MOST || lives.containsKey(line.since())) {
                    lives.merge(line.since(), line, (a, b) -> a.until().isBefore(b.until()) ? b : a);
                }
            });
        }
        return List.copyOf(lives.values());
    }

    /** Files of the month before, or the newest before that, and all later ones. */
    private NavigableSet<String> files(String instance, Instant since) throws IOException {
        NavigableSet<String> names;
        try {
            names = DirectoryListing.names(root, layout.journal(instance)).stream()
                    .filter(name -> name.endsWith(ENDING))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (PlantedFileException e) {
            LOG.warn("journal passed over: {}", e.getMessage());
            return new TreeSet<>();
        }
        String month = since.atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .minusMonths(1)
                .toString()
                .substring(0, 7);
        String first = Optional.ofNullable(names.lower(month)).orElse("");
        return names.tailSet(first, true);
    }

    private void read(Path file, java.util.function.Consumer<InForce> taker) throws IOException {
        step.run();
        try {
            root.lines(file, line -> {
                InForce.parse(line).ifPresent(taker);
                step.run();
            });
        } catch (NoSuchFileException e) {
            return; // removed in the meantime
        } catch (PlantedFileException e) {
            LOG.warn("journal passed over: {}", e.getMessage());
        }
    }

    /** Those that can be read, by name. */
    Map<String, Timetable> timetables(Collection<List<InForce>> journals) throws IOException {
        Map<String, Timetable> all = new HashMap<>();
        TreeSet<String> names = new TreeSet<>();
        journals.forEach(lines -> lines.forEach(line -> names.add(line.timetable())));
        for (String name : names) {
            step.run();
            timetable(name).ifPresent(read -> all.put(name, read));
        }
        return all;
    }

    /** Empty if it is missing or is not what it is called: the audit says what it lacks. */
    private Optional<Timetable> timetable(String name) throws IOException {
        try {
            byte[] bytes = root.read(layout.timetable(name), 0, Timetable.LARGEST);
            return Timetable.read(name, new String(bytes, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (PlantedFileException e) {
            LOG.warn("timetable passed over: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
