package io.fleetcron.membership;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps on record when this instance had which definitions, so that what was due can be said later. A line is written at
 * the start, when definitions change, and once an hour as a sign that they still are in force; the timetable itself is
 * written once for each version, by whichever host is first. Not to be written while the fleet's time is in doubt. Thread-safe;
 * {@link #define} does no I/O, {@link #write} may block.
 */
public final class TimetableJournal {

    /** How often a line is written while nothing changes. */
    public static final Duration REPEAT = Duration.ofHours(1);

    /** Versions that wait for a share that takes nothing: more than anybody reloads in the meantime. */
    private static final int WAITING = 1_000;

    private final SharedFiles files;
    private final SharedLayout layout;
    private final String instance;
    private final FleetClock clock;
    private final Lock writing;
    private final List<Version> past = new ArrayList<>();
    private @Nullable Version current;
    private Instant written = Instant.MIN;
    private String besides = "";

    /**
     * Definitions, and how long they were in force.
     *
     * @param atBoot the fleet's time at this host's boot, as it was known when they began; empty once that is on record.
     *     When that time is set until then, what began so many seconds ago still did
     */
    private record Version(Instant since, Instant until, String name, String text, Optional<Instant> atBoot) {
        Version reaching(Instant end) {
            return new Version(since, end, name, text, atBoot);
        }

        Version onRecord(Instant atBootNow) {
            Duration set = atBoot.map(then -> Duration.between(then, atBootNow)).orElse(Duration.ZERO);
            return new Version(
                    since.plus(set).truncatedTo(ChronoUnit.MILLIS),
                    until.plus(set).truncatedTo(ChronoUnit.MILLIS),
                    name,
                    text,
                    Optional.empty());
        }

        String line() {
            return new InForce(since, until, name).toJson();
        }
    }

    /**
     * @param writing a lock of its own, which is held while storage is waited for
     */
    public TimetableJournal(SharedFiles files, SharedLayout layout, String instance, FleetClock clock, Lock writing) {
        this.files = files;
        this.layout = layout;
        this.instance = instance;
        this.clock = clock;
        this.writing = writing;
    }

    /** These definitions are in force from now on. */
    public void define(Collection<JobDefinition> jobs) {
        String text = timetable(jobs).text();
        String name = Timetable.name(text);
        Instant now = clock.instant();
        synchronized (this) {
            if (current != null && current.name.equals(name)) {
                return;
            }
            if (current != null && past.size() < WAITING) {
                past.add(current.reaching(now));
            }
            current = new Version(now, now, name, text, Optional.of(clock.atBoot()));
            written = Instant.MIN;
        }
    }

    private static Timetable timetable(Collection<JobDefinition> jobs) {
        SortedMap<String, Timetable.Entry> due = new TreeMap<>();
        for (JobDefinition job : jobs) {
            if (job.enabled()) {
                due.put(
                        job.name(),
                        new Timetable.Entry(
                                job.schedule().canonical(),
                                job.policy().runOn() == RunOn.EVERY,
                                job.policy().onLost() == OnLost.RERUN));
            }
        }
        return new Timetable(due);
    }

    /** Writes up to when the definitions were in force: this instance ends. */
    public void end() throws StorageException {
        synchronized (this) {
            written = Instant.MIN;
        }
        write();
    }

    /** Writes what is not on record yet, if anything is due to be. */
    public void write() throws StorageException {
        writing.lock();
        try {
            writeLines();
        } finally {
            writing.unlock();
        }
    }

    private void writeLines() throws StorageException {
        List<Version> lines;
        Instant now = clock.instant();
        synchronized (this) {
            if (current == null || now.isBefore(written.equals(Instant.MIN) ? now : written.plus(REPEAT))) {
                return;
            }
            Instant atBoot = clock.atBoot();
            lines = new ArrayList<>(past);
            lines.replaceAll(version -> version.onRecord(atBoot));
            Version last = current.onRecord(atBoot);
            lines.add(last.reaching(now.isAfter(last.since) ? now : last.since));
        }
        files.createDirectories(layout.timetables());
        files.createDirectories(layout.journal(instance));
        for (Version version : lines) {
            files.createOnce(layout.timetable(version.name), version.text);
        }
        append(now, lines.stream().map(Version::line).collect(Collectors.joining("\n", "\n", "\n")));
        synchronized (this) {
            past.subList(0, lines.size() - 1).clear();
            boolean same = current != null && current.name.equals(lines.get(lines.size() - 1).name);
            written = same ? now : Instant.MIN;
            if (same && current != null) {
                current = lines.get(lines.size() - 1);
            }
        }
    }

    /** Begins with a line end: what a crash tore is a line of its own then. */
    private void append(Instant now, String text) throws StorageException {
        String month = now.atOffset(ZoneOffset.UTC).toLocalDate().toString().substring(0, 7);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            files.append(file(month + besides), bytes);
        } catch (StorageException e) {
            if (!e.errno().equals(StorageException.PLANTED)) {
                throw e;
            }
            besides = "~" + UUID.randomUUID(); // whoever put something else there shall not keep this from the record
            files.append(file(month + besides), bytes);
        }
    }

    private Path file(String name) {
        return layout.journal(instance).resolve(name + ".jsonl");
    }
}
