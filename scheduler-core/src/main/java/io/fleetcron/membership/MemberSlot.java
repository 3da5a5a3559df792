package io.fleetcron.membership;

import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.MemberTable.Slot;
import io.fleetcron.fleet.MemberTableReader;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.lock.LockFile;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedFiles.InPlace;
import io.fleetcron.storage.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This instance's slot in the member table. It is taken once, under a lock, and from then on written without one: nobody
 * else writes there. For one thread that may block.
 *
 * <p>An instance that was away for so long that another may have been given its slot takes one again; so does one that
 * finds another's words there. The lock keeps two from taking one slot at the same moment; nothing else depends on it.
 */
public final class MemberSlot {

    private static final Logger LOG = LoggerFactory.getLogger(MemberSlot.class);

    /** A holder of the lock that died keeps it for the lease. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Slots that may be added between two reads without a second read. */
    private static final int SPARE = 8;

    private final SharedFiles files;
    private final LockDirectory locks;
    private final MemberTableReader reader;
    private final Path table;
    private final Path clock;
    private final String instance;
    private final HostTime time;
    private @Nullable InPlace file;
    private OptionalInt slot = OptionalInt.empty();
    private long written;
    private int known;

    /**
     * @param locks of the folder that holds the table
     * @param reader decodes the table
     * @param time this host's own time
     */
    public MemberSlot(
            SharedFiles files,
            LockDirectory locks,
            MemberTableReader reader,
            SharedLayout layout,
            String instance,
            HostTime time) {
        this.files = files;
        this.locks = locks;
        this.reader = reader;
        this.table = layout.memberTable();
        this.clock = layout.memberClock();
        this.instance = instance;
        this.time = time;
    }

    /** The time of this host. */
    HostTime time() {
        return time;
    }

    /** Whose place this is. */
    String instance() {
        return instance;
    }

    /** Writes the own slot. */
    void write(MemberBeat beat) throws StorageException {
        byte[] content = MemberTable.slot(beat);
        if (time.bootNanos() - written > MemberTable.ABSENT.toNanos() / 2) {
            slot = OptionalInt.empty();
        }
        if (slot.isEmpty()) {
            take(content, beat.at());
        } else {
            write(slot.getAsInt(), content);
        }
        written = time.bootNanos();
    }

    /** Blanks the own slot: this instance ends. */
    void leave() throws StorageException {
        if (slot.isPresent()) {
            write(slot.getAsInt(), MemberTable.blank());
            slot = OptionalInt.empty();
        }
    }

    /** Every slot as it stands now. */
    List<Slot> read() throws StorageException {
        List<Slot> slots = readAll();
        if (slot.isPresent() && isOthers(slots, slot.getAsInt())) {
            LOG.warn("slot {} of {} is another instance's now; this one takes a new one", slot.getAsInt(), table);
            slot = OptionalInt.empty();
        }
        return slots;
    }

    /** The server's time, learnt without a slot. */
    Instant serverTime() throws StorageException {
        return files.write(clock, new byte[] {'\n'});
    }

    /** When anybody last wrote a slot, by the server's clock: after {@link #write} that is the server's time. */
    Instant modified() throws StorageException {
        InPlace open = open();
        try {
            return open.modified();
        } catch (StorageException e) {
            close();
            throw e;
        }
    }

    private boolean isOthers(List<Slot> slots, int own) {
        return own < slots.size()
                && slots.get(own)
                        .beat()
                        .filter(beat -> !beat.member().instance().equals(instance))
                        .isPresent();
    }

    private void take(byte[] content, Instant now) throws StorageException {
        try (LockFile lock = locks.file(SharedLayout.memberLock())) {
            HeldLock held = await(lock);
            int free = MemberTable.place(readAll(), instance, now)
                    .orElseThrow(() -> new StorageException(
                            table + ": all " + MemberTable.SLOTS
                                    + " places for instances are in use. Split the fleet over two shared directories; or, if"
                                    + " `fleetcron status` lists hosts that do not exist, find out who writes their lines",
                            "ENOSPC"));
            write(free, content);
            slot = OptionalInt.of(free);
            held.unlock();
        }
    }

    private HeldLock await(LockFile lock) throws StorageException {
        long begin = time.bootNanos();
        while (true) {
            Optional<HeldLock> held = lock.tryLock();
            if (held.isPresent()) {
                return held.get();
            }
            if (time.bootNanos() - begin > PATIENCE.toNanos()) {
                throw new StorageException(
                        lock + ": held by another instance for " + PATIENCE.toSeconds() + " s; it should be so for a"
                                + " moment only",
                        "EAGAIN");
            }
            pause(lock);
        }
    }

    private void pause(LockFile lock) throws StorageException {
        try {
            time.pause(Duration.ofMillis(100 + time.jitter(100)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(lock + ": interrupted while waiting for it", "EINTR");
        }
    }

    private void write(int place, byte[] content) throws StorageException {
        InPlace open = open();
        try {
            open.write((long) place * MemberTable.SLOT, content);
        } catch (StorageException e) {
            close();
            throw e;
        }
    }

    private List<Slot> readAll() throws StorageException {
        InPlace open = open();
        try {
            int most = Math.min(MemberTable.SIZE, (known + SPARE) * MemberTable.SLOT);
            byte[] content = open.read(most);
            if (content.length == most && most < MemberTable.SIZE) {
                content = open.read(MemberTable.SIZE);
            }
            List<Slot> slots = reader.slots(content);
            known = slots.size();
            return slots;
        } catch (StorageException e) {
            close();
            throw e;
        }
    }

    private InPlace open() throws StorageException {
        if (file == null) {
            file = files.inPlace(table);
        }
        return file;
    }

    /** The next call opens it again, and takes a slot again: it may be another file by then. */
    private void close() {
        if (file != null) {
            file.close();
            file = null;
            slot = OptionalInt.empty();
        }
    }
}
