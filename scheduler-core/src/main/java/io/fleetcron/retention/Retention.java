package io.fleetcron.retention;

import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.KeptFrom;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.late.Told;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.lock.LockFile;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedFiles.Beginning;
import io.fleetcron.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes old history, output, journals and what was told of late jobs, once a day and by one host: whoever gets a lock of its own for it, which no
 * claim ever waits for. Of the journals the newest file before that time stays, which says what was in force then. Blocks
 * on storage; for one thread at a time.
 */
public final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    /** Of history: a day, perhaps the writer, and the ending. */
    private static final Pattern DAY = Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})(~.+)?\\.jsonl");

    /** Of journals. */
    private static final Pattern MONTH = Pattern.compile("([0-9]{4}-[0-9]{2})(~.+)?\\.jsonl");

    private static final String LOCK = "retention.lock";

    /** Bytes of a journal's month that are read: of a line an hour and many changes. */
    private static final int LARGEST = 1 << 20;

    private final SharedFiles files;
    private final SharedLayout layout;
    private final LockDirectory locks;
    private final InstantSource clock;

    /**
     * @param locks where the lock is
     * @param clock the fleet's time
     */
    public Retention(SharedFiles files, SharedLayout layout, LockDirectory locks, InstantSource clock) {
        this.files = files;
        this.layout = layout;
        this.locks = locks;
        this.clock = clock;
    }

    /** Removes what is older than {@code keep}, unless that was done today, or another host is doing it. */
    public void prune(Duration keep) throws StorageException {
        Instant now = clock.instant();
        LocalDate first = now.minus(keep).atOffset(ZoneOffset.UTC).toLocalDate();
        if (isDone(first, now)) {
            return;
        }
        try (LockFile file = locks.file(LOCK)) {
            Optional<HeldLock> held = file.tryLock();
            if (held.isEmpty()) {
                return;
            }
            try {
                if (!isDone(first, now)) {
                    remove(first);
                }
            } finally {
                held.get().unlock();
            }
        }
    }

    private boolean isDone(LocalDate first, Instant now) throws StorageException {
        return files.read(layout.keptFrom())
                .flatMap(KeptFrom::parse)
                .filter(from -> !from.isAfter(now)) // nobody keeps nothing: somebody wrote there
                .filter(from -> !from.isBefore(KeptFrom.day(first)))
                .isPresent();
    }

    /** First says so, then does it: an audit in between must not miss what goes. */
    private void remove(LocalDate first) throws StorageException {
        files.write(layout.keptFrom(), KeptFrom.text(first).getBytes(StandardCharsets.UTF_8));
        int removed = 0;
        for (String instance : names(layout.history())) {
            removed += remove(layout.history().resolve(instance), DAY, first.toString());
        }
        for (String job : names(layout.outputs())) {
            removed += removeOutput(layout.outputs().resolve(job), KeptFrom.day(first));
        }
        removed += removeJournals(first);
        removed += removeTold(KeptFrom.day(first));
        if (removed > 0) {
            LOG.info("old files removed files={} kept_from={}", removed, first);
        }
    }

    private int remove(Path folder, Pattern form, String first) throws StorageException {
        int removed = 0;
        for (String name : names(folder)) {
            var matcher = form.matcher(name);
            if (matcher.matches() && matcher.group(1).compareTo(first) < 0) {
                files.delete(folder.resolve(name));
                removed++;
            }
        }
        return removed;
    }

    /** The newest of each instance stays: its run may be going on. */
    private int removeOutput(Path folder, Instant first) throws StorageException {
        Map<String, OutputName> newest = new HashMap<>();
        List<OutputName> old = new ArrayList<>();
        for (String name : names(folder)) {
            OutputName.parse(name).filter(it -> it.text().equals(name)).ifPresent(output -> {
                newest.merge(output.instance(), output, (a, b) -> a.token() > b.token() ? a : b);
                if (output.fire().isBefore(first)) {
                    old.add(output);
                }
            });
        }
        old.removeAll(newest.values());
        for (OutputName output : old) {
            files.delete(folder.resolve(output.text()));
        }
        return old.size();
    }

    private int removeJournals(LocalDate first) throws StorageException {
        String month = first.toString().substring(0, 7);
        Set<String> named = new HashSet<>();
        boolean all = true;
        int removed = 0;
        for (String instance : names(layout.journal())) {
            Path folder = layout.journal().resolve(instance);
            List<String> names = names(folder).stream()
                    .filter(name -> MONTH.matcher(name).matches())
                    .sorted(Comparator.reverseOrder())
                    .toList();
            Optional<String> last =
                    names.stream().filter(name -> name.compareTo(month) < 0).findFirst();
            for (String name : names) {
                if (last.filter(kept -> name.compareTo(kept) < 0).isPresent()) {
                    files.delete(folder.resolve(name));
                    removed++;
                } else {
                    all &= learn(folder.resolve(name), named);
                }
            }
        }
        return all ? removed + removeTimetables(named) : removed;
    }

    /** Of a job that has not been late for so long nobody need know what was told then. */
    private int removeTold(Instant first) throws StorageException {
        int removed = 0;
        for (String job : names(layout.late())) {
            Path file = layout.late().resolve(job);
            Told told = files.beginning(file, Told.SIZE)
                    .map(read -> Told.parse(read.bytes(), clock.instant()))
                    .orElse(Told.NOTHING);
            if (told.changed().isBefore(first)) {
                files.delete(file);
                removed++;
            }
        }
        return removed;
    }

    /** Adds the timetables that a journal names; false if it cannot be read to its end. */
    private boolean learn(Path journal, Set<String> named) throws StorageException {
        try {
            Optional<Beginning> read = files.beginning(journal, LARGEST);
            read.ifPresent(it -> new String(it.bytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> InForce.parse(line).map(InForce::timetable).ifPresent(named::add)));
            return read.filter(it -> it.size() > LARGEST).isEmpty();
        } catch (StorageException e) {
            return e.unlessPlanted(false);
        }
    }

    /** An agent that is about to name one writes it again with its next line. */
    private int removeTimetables(Set<String> named) throws StorageException {
        int removed = 0;
        for (String name : names(layout.timetables())) {
            if (Timetable.isName(name) && !named.contains(name)) {
                files.delete(layout.timetable(name));
                removed++;
            }
        }
        return removed;
    }

    /** What is in a folder; nothing if somebody put something else there. */
    private List<String> names(Path folder) throws StorageException {
        try {
            return files.names(folder);
        } catch (StorageException e) {
            return e.unlessPlanted(List.of());
        }
    }
}
