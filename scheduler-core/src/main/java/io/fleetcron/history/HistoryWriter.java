package io.fleetcron.history;

import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history files of this process, which it alone writes: lines collect here and go out in batches, one write each.
 * Until a line is out, the job's ledger keeps the settlement. Thread-safe; adding does no I/O.
 */
public class HistoryWriter {

    /** A settlement is queued this long after its end at the latest, if storage answers at all. */
    private static final Duration LAG = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(HistoryWriter.class);
    private static final String ENDING = ".jsonl";

    private final SharedFiles files;
    private final Path directory;
    private final InstantSource clock;
    private final InstantSource began;
    private final String ending;
    private final Lock flushing;
    private final Map<HistoryLine.Key, HistoryLine> waiting = new LinkedHashMap<>();
    private final Set<HistoryLine.Key> known = new HashSet<>();
    /** The files that are this process's to remove. */
    private final Set<Path> owned = new TreeSet<>();

    private @Nullable Instant since;
    private @Nullable Day day;

    /** The file in use. */
    private record Day(LocalDate date, SharedFiles.Appender file) {}

    /**
     * The fleet's history.
     *
     * @param directory the instance's
     * @param writer distinguishes the files of this process from those of others that write for the instance: each
     *     appends where it alone knows the end. Nothing for the agent
     * @param clock the fleet's time, never early
     * @param began the fleet's time, never late
     * @param flushing a lock of its own, which is held while storage is waited for
     */
    public HistoryWriter(
            SharedFiles files, Path directory, String writer, InstantSource clock, InstantSource began, Lock flushing) {
        this.files = files;
        this.directory = directory;
        this.clock = clock;
        this.began = began;
        this.ending = writer + ENDING;
        this.flushing = flushing;
    }

    /** By the clock and for the writer of another, in a directory of its own. */
    public HistoryWriter(HistoryWriter other, SharedFiles files, Path directory, Lock flushing) {
        this.files = files;
        this.directory = directory;
        this.clock = other.clock;
        this.began = other.began;
        this.ending = other.ending;
        this.flushing = flushing;
    }

    /**
     * When this life of the instance began, by the fleet's time, rather too late than too early: what ended before it
     * cannot vouch for.
     */
    public final synchronized Instant since() {
        if (since == null) {
            since = began.instant(); // at the first beat; the fleet's time has just been learnt
        }
        return since;
    }

    /** Queues lines; each is taken once. */
    public final void add(Collection<HistoryLine> lines) {
        lines.forEach(this::add);
    }

    /** Queues a line, also one that another instance or an earlier life of this one settled; each is taken once. */
    public void add(HistoryLine line) {
        synchronized (this) {
            if (known.size() > 100_000) {
                known.clear(); // a line may then be written twice; readers keep one
            }
            if (known.add(line.key())) {
                waiting.put(line.key(), line);
            }
        }
    }

    /** True if that line was queued here and is written. */
    public final synchronized boolean holds(HistoryLine line) {
        return known.contains(line.key()) && !waiting.containsKey(line.key());
    }

    /** Every settlement that ended up to then is written. */
    public final synchronized Instant flushedUpTo() {
        Instant now = clock.instant().minus(LAG);
        return waiting.values().stream()
                .map(line -> line.settlement().ended().minusMillis(1))
                .min(Instant::compareTo)
                .filter(oldest -> oldest.isBefore(now))
                .orElse(now);
    }

    /** Writes all that waits, as one write for each day. */
    public final void flush() throws StorageException {
        flushing.lock();
        try {
            Map<HistoryLine.Key, HistoryLine> batch;
            synchronized (this) {
                batch = new LinkedHashMap<>(waiting);
            }
            if (batch.isEmpty()) {
                return;
            }
            write(batch.values());
            synchronized (this) {
                waiting.keySet().removeAll(batch.keySet());
            }
        } finally {
            flushing.unlock();
        }
    }

    private void write(Collection<HistoryLine> lines) throws StorageException {
        // Of a file just opened, closes a line that a crash or a failed write may have torn; readers pass over empty
        // lines.
        String first = "";
        LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        if (day == null || !day.date.equals(today)) {
            closeDay();
            files.createDirectories(directory);
            day = new Day(today, open(today));
            first = "\n";
        }
        String text = lines.stream().map(HistoryLine::toJson).collect(Collectors.joining("\n", first, "\n"));
        try {
            day.file.append(text.getBytes(StandardCharsets.UTF_8));
        } catch (StorageException e) {
            closeDay(); // what it wrote may end anywhere
            throw e;
        }
    }

    /** Whoever put something else at the file's path shall neither be followed nor keep this instance from writing. */
    private SharedFiles.Appender open(LocalDate today) throws StorageException {
        Path file = directory.resolve(today + ending);
        try {
            SharedFiles.Appender appender = files.appender(file);
            owned.add(file);
            return appender;
        } catch (StorageException e) {
            if (!e.errno().equals(StorageException.PLANTED)) {
                throw e;
            }
            Path other = directory.resolve(today + "~" + UUID.randomUUID() + ending);
            SharedFiles.Appender appender = files.appender(other);
            LOG.error("storage unhealthy: {}. History of this day goes to {}", e.getMessage(), other);
            owned.add(other);
            return appender;
        }
    }

    private void closeDay() {
        if (day != null) {
            day.file.close();
            day = null;
        }
    }

    /** A file that another process wrote is this one's to remove. */
    final void takeOver(Path file) {
        flushing.lock();
        try {
            owned.add(file);
        } finally {
            flushing.unlock();
        }
    }

    /** Removes all files if that holds while none is being written. */
    final void removeFilesIf(BooleanSupplier condition) throws IOException {
        flushing.lock();
        try {
            if (!owned.isEmpty() && condition.getAsBoolean()) {
                closeDay();
                for (Path file : owned) {
                    files.delete(file);
                }
                owned.clear();
            }
        } finally {
            flushing.unlock();
        }
    }

    /** True if there are lines that no file has. */
    final synchronized boolean waits() {
        return !waiting.isEmpty();
    }
}
