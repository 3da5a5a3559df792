package io.fleetcron.group;

import io.fleetcron.json.ChecksummedLine;
import io.fleetcron.json.JsonLine;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockFile;
import io.fleetcron.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slot of a group, held for the length of a run: by this process and, once the run has begun, by its supervisor and
 * guard. One caller at a time.
 */
public final class GroupSlot {

    private static final Logger LOG = LoggerFactory.getLogger(GroupSlot.class);

    /** Bytes of a heartbeat, and of the line that says who holds it. */
    private static final int BLOCK = 512;

    private final String name;
    private final LockFile file;
    private final HeldLock lock;
    private final Duration uptime;
    private final Instant wall;

    GroupSlot(String name, LockFile file, HeldLock lock, Duration uptime, Instant wall) {
        this.name = name;
        this.file = file;
        this.lock = lock;
        this.uptime = uptime;
        this.wall = wall;
    }

    /** The name of its file. */
    public String name() {
        return name;
    }

    /** The open descriptor that owns the slot, for a run to inherit. */
    public int descriptor() {
        return lock.descriptor();
    }

    /** The boot-time clock just before it was taken: so far the server is known to have kept it. */
    public Duration uptime() {
        return uptime;
    }

    /** This host's own clock at that moment. */
    public Instant wall() {
        return wall;
    }

    /**
     * Writes who holds it, for people. The whole file at once: a share that is full later still takes heartbeats, which
     * come before.
     */
    void write(String job, String instance, Instant now) throws StorageException {
        String line = new JsonLine()
                .open()
                .put("job", job)
                .put("instance", instance)
                .put("since", now)
                .toString();
        byte[] file = Arrays.copyOf(ChecksummedLine.blank(BLOCK), 2 * BLOCK);
        System.arraycopy(ChecksummedLine.block(line, BLOCK).orElseThrow(), 0, file, BLOCK, BLOCK);
        lock.write(0, file);
    }

    /** Nothing of the run lives any more: others may have it at once, whatever its processes still hold. */
    public void release() {
        try {
            lock.unlock();
        } catch (StorageException e) {
            LOG.warn("slot not released, it is free once the run's supervisor has ended: {}", e.getMessage());
        }
        file.close();
    }

    /** Closes this process' descriptor: a run that inherited it keeps the slot. Asks no server. */
    public void abandon() {
        lock.abandon();
        file.close();
    }
}
