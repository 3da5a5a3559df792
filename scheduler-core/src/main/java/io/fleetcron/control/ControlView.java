package io.fleetcron.control;

import io.fleetcron.control.ControlTable.Corrupt;
import io.fleetcron.control.ControlTable.Valid;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.ledger.TakenRequest;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedFiles.InPlace;
import io.fleetcron.storage.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one process has read of what people ask of the fleet. It is read with every beat, which costs one read of two heads
 * while nothing changes; a claim that finds it older than {@link #VALID} reads it again. So whoever asked for something
 * knows that it is in force once that time has passed, whatever the hosts report. Thread-safe; {@link #refresh} and
 * {@link #current} may block on storage.
 */
public final class ControlView {

    /** How old what was read may be when something is started. Passes by the boot-time clock. */
    public static final Duration VALID = Duration.ofSeconds(8);

    /** A read may meet a write in progress; the next one does not meet the same. */
    private static final int TRIES = 3;

    /** Of so many reads one asks whether the file still has its name. */
    private static final int NAMED = 6;

    private final SharedFiles files;
    private final Path path;
    private final HostTime time;
    private final Lock reading;
    private @Nullable InPlace file;
    private int reads;
    private volatile Seen seen = new Seen(ControlTable.NONE, Optional.empty(), Optional.empty());

    /**
     * What was read.
     *
     * @param at the boot-time clock before the read began, in nanoseconds; empty if nothing was read yet
     * @param fault why nothing can be started by it, if so
     */
    private record Seen(ControlTable table, Optional<Long> at, Optional<String> fault) {}

    /**
     * @param path the table
     * @param time this host's own time
     * @param reading a lock of its own, which is held while storage is waited for
     */
    public ControlView(SharedFiles files, Path path, HostTime time, Lock reading) {
        this.files = files;
        this.path = path;
        this.time = time;
        this.reading = reading;
    }

    /** Reads what has changed. */
    public void refresh() throws StorageException {
        reading.lock();
        try {
            read();
        } finally {
            reading.unlock();
        }
    }

    /**
     * Sees to it that what is known is not older than {@link #VALID}.
     *
     * @return why nothing may be started, if so
     */
    public Optional<String> current() throws StorageException {
        if (isOld()) {
            reading.lock();
            try {
                if (isOld()) { // another thread may have read it in the meantime
                    read();
                }
            } finally {
                reading.unlock();
            }
        }
        return seen.fault;
    }

    private boolean isOld() {
        return seen.at.filter(at -> time.bootNanos() - at < VALID.toNanos()).isEmpty();
    }

    /** Why nothing may be started, by what was read last. */
    public Optional<String> fault() {
        return seen.fault;
    }

    /** The newest change that was read, for the others to know; 0 if there was none. */
    public long sequence() {
        return seen.table.sequence();
    }

    /** Which fires of that job are left out, by what was read last. */
    public LeftOut leftOut(String job, Instant now) {
        ControlTable table = seen.table;
        return table.controls().isEmpty() ? LeftOut.NONE : fire -> table.leavesOut(job, fire, now);
    }

    /** Who wants that instance to claim nothing, by what was read last. */
    public Optional<String> drained(String instance, Instant now) {
        return seen.table.drains(instance, now);
    }

    /** The runs that are to be ended, by what was read last. */
    public List<Control.Kill> kills(Instant now) {
        return seen.table.kills(now);
    }

    /** The runs that are asked for, by what was read last. */
    public List<Control.Run> runs(Instant now) {
        return seen.table.runs(now);
    }

    /** The requests for runs of that job that some instance may have claimed, by what was read last. */
    public List<TakenRequest> requests(String job) {
        return seen.table.controls().stream()
                .filter(control -> control.target().equals(job))
                .flatMap(control -> control instanceof Control.Run run ? Stream.of(run.taken()) : Stream.empty())
                .toList();
    }

    /** Who has paused that job, by what was read last. */
    public Optional<String> paused(String job, Instant now) {
        return seen.table.paused(job, now);
    }

    /** Who wants that run to be ended, by what was read last. */
    public Optional<String> killer(String job, long token, Instant now) {
        return kills(now).stream()
                .filter(kill -> kill.job().equals(job) && kill.token() == token)
                .map(kill -> "ended by " + kill.span().asked().words())
                .findFirst();
    }

    private void read() throws StorageException {
        long began = time.bootNanos();
        try {
            InPlace open = open();
            if (reads++ % NAMED == 0) {
                open.modified(); // notices a deleted file
            }
            Optional<Long> newest = ControlTable.newest(open.read(ControlTable.HEADS));
            boolean same =
                    newest.filter(sequence -> sequence == seen.table.sequence()).isPresent();
            seen = same ? new Seen(seen.table, Optional.of(began), Optional.empty()) : changed(open, began);
        } catch (StorageException e) {
            close();
            throw e;
        }
    }

    private Seen changed(InPlace open, long began) throws StorageException {
        ControlTable.Found found = ControlTable.decode(open.read(ControlTable.SIZE));
        for (int i = 1; i < TRIES && found instanceof Corrupt; i++) {
            found = ControlTable.decode(open.read(ControlTable.SIZE));
        }
        if (found instanceof Corrupt corrupt) {
            return doubted(began, corrupt.reason() + ". `fleetcron resume --all` writes a new one, without any pause");
        }
        ControlTable table = ((Valid) found).table();
        if (table.sequence() < seen.table.sequence()) {
            return doubted(
                    began,
                    "it is older than what this instance has read: it was emptied, or restored from a copy. Pause or"
                            + " resume some job: that puts it in force as it is then");
        }
        return new Seen(table, Optional.of(began), Optional.empty());
    }

    private Seen doubted(long began, String reason) {
        return new Seen(
                seen.table,
                Optional.of(began),
                Optional.of(path + " cannot be trusted, and nothing is started: " + reason));
    }

    private InPlace open() throws StorageException {
        if (file == null) {
            file = files.inPlace(path);
        }
        return file;
    }

    private void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
