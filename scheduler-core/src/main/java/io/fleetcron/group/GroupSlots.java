package io.fleetcron.group;

import io.fleetcron.config.RunGroup;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.lock.LockFile;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedFiles.Beginning;
import io.fleetcron.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes slots of groups. Only whoever holds its job's lock does, never waits for one, and gives that lock back if there is
 * none: so nobody holds one thing while waiting for another. Blocks on storage. Thread-safe.
 */
public final class GroupSlots {

    /** The descriptor by which every supervisor of a run in a group holds its slot. */
    private static final int SUPERVISOR_SLOT = 7;

    private final String instance;
    private final LockDirectory locks;
    private final SharedFiles files;
    private final SharedLayout layout;
    private final FleetClock clock;
    private final HostTime time;

    /**
     * @param instance this one
     * @param locks the slots' files
     * @param files where the queues are
     * @param clock the fleet's time
     * @param time this host's own
     */
    public GroupSlots(
            String instance,
            LockDirectory locks,
            SharedFiles files,
            SharedLayout layout,
            FleetClock clock,
            HostTime time) {
        this.instance = instance;
        this.locks = locks;
        this.files = files;
        this.layout = layout;
        this.clock = clock;
        this.time = time;
    }

    /**
     * A slot for a fire of that job, if there is one that nobody else has waited for longer. Otherwise the job has a place
     * in the queue, until it has not tried for a while.
     *
     * @param since when the job began to wait
     */
    public Optional<GroupSlot> take(RunGroup group, String job, Instant since) throws StorageException {
        Instant now = clock.instant();
        GroupQueue queue = queue(group);
        Optional<GroupSlot> slot = take(group, job, queue.ahead(job, since, now), now);
        if (slot.isEmpty()) {
            write(group, queue.with(job, since, now));
        } else if (queue.has(job)) {
            leave(group, queue.without(job, now), slot.get());
        }
        return slot;
    }

    /** A slot for a run by hand, if there is one that nobody waits for. */
    public Optional<GroupSlot> takeByHand(RunGroup group, String job) throws StorageException {
        Instant now = clock.instant();
        return take(group, job, queue(group).ahead("", now, now), now);
    }

    private GroupQueue queue(RunGroup group) throws StorageException {
        return GroupQueue.of(files.beginning(layout.groupQueue(group.name()), GroupQueue.SIZE)
                .map(Beginning::bytes));
    }

    private void write(RunGroup group, GroupQueue queue) throws StorageException {
        files.write(layout.groupQueue(group.name()), queue.encode());
    }

    private void leave(RunGroup group, GroupQueue queue, GroupSlot slot) throws StorageException {
        try {
            write(group, queue);
        } catch (StorageException e) {
            slot.abandon();
            throw e;
        }
    }

    /**
     * Takes one more slot than there are jobs that go before this one, and keeps one of them. Each job begins with another
     * slot, in an order that all hosts have.
     */
    private Optional<GroupSlot> take(RunGroup group, String job, int ahead, Instant now) throws StorageException {
        List<GroupSlot> free = new ArrayList<>();
        try {
            int start = Math.floorMod(job.hashCode(), group.limit());
            for (int i = 0; i < group.limit() && ahead < group.limit() && free.size() <= ahead; i++) {
                int number = (start + i) % group.limit() + 1;
                tryLock(SharedLayout.slotName(group.name(), number)).ifPresent(free::add);
            }
            if (free.size() <= ahead) {
                return Optional.empty();
            }
            free.get(0).write(job, instance, now);
            return Optional.of(free.remove(0));
        } finally {
            free.forEach(GroupSlot::release);
        }
    }

    private Optional<GroupSlot> tryLock(String name) throws StorageException {
        Duration uptime = Duration.ofNanos(time.bootNanos());
        Instant wall = time.instant();
        LockFile file = locks.file(name);
        try {
            Optional<HeldLock> lock = file.tryLock();
            if (lock.isPresent()) {
                return Optional.of(new GroupSlot(name, file, lock.get(), uptime, wall));
            }
            file.close();
            return Optional.empty();
        } catch (StorageException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Shares the slot of a run that an earlier agent of this host started.
     *
     * @param name as its run's directory has it
     * @param pid a process that holds it
     */
    public GroupSlot adopt(String name, int pid) throws StorageException {
        LockFile file = locks.file(name);
        return new GroupSlot(
                name,
                file,
                locks.adopt(file, pid, SUPERVISOR_SLOT),
                Duration.ofNanos(time.bootNanos()),
                time.instant());
    }
}
