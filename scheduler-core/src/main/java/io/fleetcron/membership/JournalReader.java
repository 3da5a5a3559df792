package io.fleetcron.membership;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.membership.ScheduleOrigin.Had;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedFiles.Beginning;
import io.fleetcron.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says since when the fleet has had a schedule, by the journals that {@link TimetableJournal} writes. What was read serves
 * all jobs that changed with it. Thread-safe; blocks on storage.
 */
public final class JournalReader {

    /** How far back a change is looked for. */
    private static final Duration FAR = Duration.ofDays(1);

    /** Bytes of a month's journal that are read: of more changes than anybody makes. */
    private static final int LARGEST = 1 << 20;

    /** Lives and versions of one instance that are remembered, the newest: others may write what they like. */
    private static final int MOST = 100;

    /** Timetables that are remembered: the fleet has one or two at a time. */
    private static final int TIMETABLES = 8;

    private final SharedFiles files;
    private final SharedLayout layout;
    private final InstantSource clock;
    private final Map<String, Journal> journals = new ConcurrentHashMap<>();
    private final Map<String, Timetable> timetables = new ConcurrentHashMap<>();

    /** What was read, and when. */
    private record Journal(Instant at, List<InForce> lines) {}

    /**
     * @param clock the fleet's time
     */
    public JournalReader(SharedFiles files, SharedLayout layout, InstantSource clock) {
        this.files = files;
        this.layout = layout;
        this.clock = clock;
    }

    /**
     * Since when some instance has had the job's schedule without a break.
     *
     * @param own since when this one has it
     * @param seen when each instance was last seen: of those that were not seen for long nothing is read
     * @param live those that have had what they had last until now
     */
    Instant since(JobDefinition job, Instant own, Map<String, Instant> seen, Set<String> live) throws StorageException {
        journals.keySet().retainAll(seen.keySet());
        List<List<Had>> all = new ArrayList<>();
        for (Map.Entry<String, Instant> instance : seen.entrySet()) {
            if (instance.getValue().isAfter(own.minus(FAR))) {
                all.add(had(job, own, journal(instance.getKey(), own), live.contains(instance.getKey())));
            }
        }
        return ScheduleOrigin.of(own, all);
    }

    private List<Had> had(JobDefinition job, Instant own, List<InForce> lines, boolean live) throws StorageException {
        List<Had> all = new ArrayList<>();
        for (int i = 0; i < lines.size() && lines.get(i).since().isBefore(own); i++) {
            InForce line = lines.get(i);
            boolean last = i + 1 == lines.size() || !lines.get(i + 1).since().isBefore(own);
            Instant until = (last && live) || line.until().isAfter(own) ? own : line.until();
            all.add(new Had(line.since(), until, isSame(job, line.timetable())));
        }
        return all;
    }

    private boolean isSame(JobDefinition job, String name) throws StorageException {
        return timetable(name)
                .map(timetable -> timetable.jobs().get(job.name()))
                .filter(entry -> !entry.everywhere())
                .filter(entry -> entry.times().equals(job.schedule().canonical()))
                .isPresent();
    }

    /** What was written after {@code own} does not matter: what was read then says all. */
    private List<InForce> journal(String instance, Instant own) throws StorageException {
        Journal known = journals.get(instance);
        if (known == null || known.at.isBefore(own)) {
            Instant now = clock.instant();
            known = new Journal(now, read(instance, own));
            journals.put(instance, known);
        }
        return known.lines;
    }

    private List<InForce> read(String instance, Instant own) throws StorageException {
        Map<Instant, InForce> lives = new TreeMap<>();
        List<String> months = List.of(month(own.minus(FAR)), month(own), month(clock.instant()));
        for (Path file : files(layout.journal(instance))) {
            if (months.stream().anyMatch(String.valueOf(file.getFileName())::startsWith)) {
                text(file, LARGEST)
                        .lines()
                        .flatMap(line -> InForce.parse(line).stream())
                        .forEach(line -> lives.merge(
                                line.since(), line, (a, b) -> a.until().isBefore(b.until()) ? b : a));
            }
        }
        List<InForce> all = List.copyOf(lives.values());
        return all.subList(Math.max(0, all.size() - MOST), all.size());
    }

    private static String month(Instant time) {
        return YearMonth.from(time.atOffset(ZoneOffset.UTC)).toString();
    }

    private List<Path> files(Path folder) throws StorageException {
        try {
            return files.names(folder).stream().map(folder::resolve).toList();
        } catch (StorageException e) {
            return e.unlessPlanted(List.of());
        }
    }

    private Optional<Timetable> timetable(String name) throws StorageException {
        Timetable known = timetables.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Timetable> read = Timetable.read(name, text(layout.timetable(name), Timetable.LARGEST));
        if (timetables.size() >= TIMETABLES) {
            timetables.clear();
        }
        read.ifPresent(timetable -> timetables.put(name, timetable));
        return read;
    }

    /** Nothing of a file that is not there. */
    private String text(Path file, int most) throws StorageException {
        try {
            return files.beginning(file, most)
                    .map(Beginning::bytes)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .orElse("");
        } catch (StorageException e) {
            return e.unlessPlanted("");
        }
    }
}
