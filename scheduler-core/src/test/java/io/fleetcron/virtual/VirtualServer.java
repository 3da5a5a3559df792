package io.fleetcron.virtual;

import io.fleetcron.control.Control;
import io.fleetcron.control.ControlTable;
import io.fleetcron.storage.StorageException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file server as NFSv4 has it: locks that belong to open files and last as long as their client is heard of, a grace
 * period after a restart, a clock of its own. A client that was cut off learns nothing until it reaches the server again;
 * what it has open is then dead if another client got its lock (EIO).
 */
final class VirtualServer {
    /** What people have asked of the fleet. */
    static final String CONTROLS = "/share/control/table";

    static final long LEASE = VirtualWorld.seconds(60);
    /** So long after a jump of its clock, or its own return, a host has learned its time again. */
    static final long KNOWN = VirtualWorld.seconds(40);

    private static final int BLOCK = 512;
    /** A local disk answers within that time. */
    private static final long ON_DISK = VirtualWorld.millis(1) / 10;

    private final VirtualWorld world;
    private final boolean local;
    private final Map<String, Inode> files = new TreeMap<>();
    private final Map<VirtualHost, Client> clients = new LinkedHashMap<>();
    private long clockAhead;
    private long aheadBefore;
    private long jumpedAt = -KNOWN;
    private long unwritableSince = Long.MAX_VALUE;
    private boolean down;
    private long graceUntil;
    private boolean hung;
    private long operations;
    private long onLedgers;
    private long ofBeats;

    /** @param local whether it is a host's own disk, which only that host's death keeps from answering */
    VirtualServer(VirtualWorld world, boolean local) {
        this.world = world;
        this.local = local;
    }

    /** What it keeps of a file. */
    static final class Inode {
        private final String path;
        private byte[] bytes = new byte[0];
        private int size;
        private Instant modified;
        private @Nullable Open owner;
        private final Map<VirtualHost, Open> localOwners = new LinkedHashMap<>();
        private byte @Nullable [] older;
        private long olderAt;

        Inode(String path, Instant modified) {
            this.path = path;
            this.modified = modified;
        }
    }

    /** What it knows of a host. */
    private static final class Client {
        private final Set<Open> locked = new LinkedHashSet<>();
        private final List<Open> toRelease = new ArrayList<>();
        private final AttributeCache seen = new AttributeCache();
        private long heardAt;
        private boolean reclaims;
    }

    /** An open file description, which several processes of one host may share. */
    final class Open {
        private final Inode inode;
        private final VirtualHost host;
        private final Set<VirtualProcess> holders = new LinkedHashSet<>();
        private boolean locked;
        private boolean lost;

        Open(Inode inode, VirtualProcess process) {
            this.inode = inode;
            this.host = process.host();
            share(process);
        }

        VirtualServer server() {
            return VirtualServer.this;
        }

        void share(VirtualProcess process) {
            if (holders.add(process)) {
                process.open().add(this);
            }
        }

        boolean isHeldBy(VirtualProcess process) {
            return holders.contains(process);
        }

        /** The last close releases the lock. */
        void close(VirtualProcess process) {
            process.open().remove(this);
            if (holders.remove(process) && holders.isEmpty() && locked && !host.isLost()) {
                if (reaches(host)) {
                    release(this);
                } else {
                    client(host).toRelease.add(this);
                }
            }
        }
    }

    // Troubles.

    void clockJumps(long nanos) {
        aheadBefore = Math.max(clockAhead, mayBeUnknown() ? aheadBefore : Long.MIN_VALUE);
        jumpedAt = world.now();
        clockAhead += nanos;
    }

    /** The latest time that an instance may take for its clock's: of a jump it learns some beats later. */
    Instant latestClock() {
        return world.instant(world.now() + (mayBeUnknown() ? Math.max(aheadBefore, clockAhead) : clockAhead));
    }

    /** Whether instances may not know how its clock was set last: they learn of that by writing. */
    private boolean mayBeUnknown() {
        return world.now() - jumpedAt < KNOWN || jumpedAt > unwritableSince - KNOWN;
    }

    /** Takes writes, or does not. */
    void writable(boolean now) {
        jumpedAt = mayBeUnknown() && now ? world.now() : jumpedAt;
        unwritableSince = now ? Long.MAX_VALUE : world.now();
    }

    void hang(boolean now) {
        hung = now;
        world.connectivity().give();
    }

    void goDown() {
        down = true;
    }

    /** Locks are reclaimed by those that reach it within the grace period. */
    void comeBack() {
        down = false;
        graceUntil = world.now() + LEASE;
        clients.forEach((host, client) -> client.reclaims = !host.isConnected());
        world.time()
                .after(
                        null,
                        LEASE,
                        () -> clients.values().stream()
                                .filter(client -> client.reclaims)
                                .forEach(this::expire));
        world.connectivity().give();
    }

    /** A host reaches it again. */
    void reconnected(VirtualHost host) {
        Client client = client(host);
        client.reclaims = false;
        client.toRelease.forEach(this::release);
        client.toRelease.clear();
        client.heardAt = world.now();
        world.connectivity().give();
    }

    /** A host has booted: what its earlier life held is released at its first contact. */
    void booted(VirtualHost host) {
        expire(client(host));
        reconnected(host);
    }

    /** A host is cut off, paused or lost from now on: it renewed its lease some time ago. */
    void silent(VirtualHost host) {
        Client client = client(host);
        long renewal = LEASE / 3;
        long last = world.now() - world.random(renewal);
        client.heardAt = Math.max(client.heardAt, last);
    }

    boolean answers() {
        return !hung && !down;
    }

    Instant clock() {
        return world.instant(world.now() + clockAhead);
    }

    long operations() {
        return operations;
    }

    /** How many of them were on lock files. */
    long onLedgers() {
        return onLedgers;
    }

    /** How many of them were on what each instance reads or writes with each beat. */
    long ofBeats() {
        return ofBeats;
    }

    private void count(String path) {
        if (path.contains("/jobs/")) {
            onLedgers++;
        } else if (path.contains("/members/") || path.contains("/control/")) {
            ofBeats++;
        }
    }

    private Client client(VirtualHost host) {
        return clients.computeIfAbsent(host, any -> new Client());
    }

    /** Other clients get its locks; it learns of it when it uses them. */
    private void expire(Client client) {
        for (Open open : client.locked) {
            open.lost = true;
            open.locked = false;
            open.inode.owner = null;
        }
        client.locked.clear();
        client.toRelease.clear();
    }

    private void release(Open open) {
        if (open.locked) {
            open.locked = false;
            open.inode.owner = null;
            open.inode.localOwners.remove(open.host);
            client(open.host).locked.remove(open);
        }
    }

    // Operations, each a request that arrives, and an answer that comes back.

    /** What is done at the server. */
    interface Request<T> {
        T serve() throws StorageException;
    }

    <T> T call(VirtualProcess process, Request<T> request) throws StorageException {
        if (process.isOver()) {
            throw new VirtualTime.Gone();
        }
        Served<T> served = new Served<>(process, request);
        world.time().sleep(latency(), () -> {
            if (!isThere(process.host()) || world.now() < graceUntil) {
                return 0; // what has to wait needs its own thread
            }
            served.now();
            return latency();
        });
        if (!served.isDone()) {
            arrive(process);
            served.now();
            world.time().sleep(latency());
        }
        arrive(process);
        client(process.host()).heardAt = world.now();
        return served.answer();
    }

    /** A request, and what became of it. */
    private final class Served<T> {
        private final VirtualProcess process;
        private final Request<T> request;
        private @Nullable T result;
        private @Nullable StorageException failed;

        Served(VirtualProcess process, Request<T> request) {
            this.process = process;
            this.request = request;
        }

        void now() {
            operations++;
            client(process.host()).heardAt = world.now();
            try {
                result = Objects.requireNonNull(request.serve());
            } catch (StorageException e) {
                failed = e;
            }
        }

        boolean isDone() {
            return result != null || failed != null;
        }

        T answer() throws StorageException {
            if (failed != null) {
                throw failed;
            }
            return Objects.requireNonNull(result);
        }
    }

    /** How long a request, or an answer, is on its way. */
    private long latency() {
        return local ? 1_000 + world.random(ON_DISK) : world.latency();
    }

    private void arrive(VirtualProcess process) {
        while (!isThere(process.host())) {
            world.connectivity().await();
        }
    }

    private boolean isThere(VirtualHost host) {
        if (local && world.plants(Plant.LOCAL_WAITS_FOR_SHARE)) {
            return world.server().isThere(host);
        }
        return answers() && reaches(host);
    }

    private boolean reaches(VirtualHost host) {
        return local || host.isConnected();
    }

    Open open(VirtualProcess process, String path) throws StorageException {
        count(path);
        return call(process, () -> {
            boolean isNew = !files.containsKey(path);
            Open open = new Open(inodeToWrite(path), process);
            if (isNew) {
                client(process.host()).seen.changed(path);
            }
            return open;
        });
    }

    private Inode inodeToWrite(String path) throws StorageException {
        Inode known = files.get(path);
        if (known != null) {
            return known;
        }
        refuseWrites(path, true);
        Inode inode = new Inode(path, clock());
        files.put(path, inode);
        return inode;
    }

    /** Opens a file that is there: a host may have missed for a while that it has come, or gone. */
    Optional<Open> find(VirtualProcess process, String path) throws StorageException {
        AttributeCache seen = client(process.host()).seen;
        if (!local && !seen.exists(path, world.now(), () -> files.containsKey(path))) {
            return Optional.empty();
        }
        count(path);
        return call(process, () -> Optional.ofNullable(files.get(path)).map(found -> new Open(found, process)));
    }

    /** Removes a file. */
    void delete(VirtualProcess process, String path) throws StorageException {
        call(process, () -> {
            files.remove(path);
            client(process.host()).seen.changed(path);
            return true;
        });
    }

    List<String> names(VirtualProcess process, String directory) throws StorageException {
        List<String> now = call(
                process,
                () -> files.keySet().stream()
                        .filter(path -> path.startsWith(directory + "/"))
                        .map(path -> path.substring(directory.length() + 1))
                        .filter(name -> !name.contains("/") && !name.startsWith("."))
                        .toList());
        return local ? now : client(process.host()).seen.names(directory, world.now(), now);
    }

    /** False if another client holds it. Waits for the end of a grace period, as the kernel does. */
    boolean tryLock(VirtualProcess process, Open open) throws StorageException {
        count(open.inode.path);
        return call(process, () -> {
            while (world.now() < graceUntil && !world.plants(Plant.GRACE_IGNORED) && !open.locked) {
                world.time().sleep(graceUntil - world.now() + world.random(VirtualWorld.seconds(1)));
            }
            if (!local) {
                world.troubles().refuseLock(process.host(), open.inode.path);
            }
            requireAlive(open);
            if (world.plants(Plant.LOCKS_LOCAL)) {
                return open.inode.localOwners.putIfAbsent(open.host, open) == null
                        || open.inode.localOwners.get(open.host) == open;
            }
            if (world.plants(Plant.GRACE_IGNORED) && world.now() < graceUntil && open.inode.owner != open) {
                take(open);
                return true;
            }
            Open owner = open.inode.owner;
            if (owner != null && owner != open && isSilent(owner.host)) {
                expire(client(owner.host));
                owner = null;
            }
            boolean granted = owner == null || owner == open;
            world.traceFile(open.inode.path, open.host.name() + (granted ? " gets the lock" : " is refused the lock"));
            if (granted) {
                take(open);
            }
            return granted;
        });
    }

    private void take(Open open) {
        open.inode.owner = open;
        open.locked = true;
        client(open.host).locked.add(open);
    }

    private boolean isSilent(VirtualHost host) {
        return !reaches(host) && world.now() - client(host).heardAt > LEASE;
    }

    void unlock(VirtualProcess process, Open open) throws StorageException {
        count(open.inode.path);
        call(process, () -> {
            requireAlive(open);
            release(open);
            return true;
        });
    }

    /** The run's processes do not hold it: only in a deliberate fault. */
    void drop(Open open) {
        release(open);
    }

    private void requireAlive(Open open) throws StorageException {
        if (open.lost && !world.plants(Plant.LOST_LOCKS_RETAKEN)) {
            throw new StorageException(open.inode.path + ": Input/output error", "EIO");
        }
    }

    byte[] read(VirtualProcess process, Open open, long offset, int length) throws StorageException {
        count(open.inode.path);
        return call(process, () -> {
            requireAlive(open);
            Inode inode = open.inode;
            byte[] bytes = inode.bytes;
            int size = inode.size;
            if (world.plants(Plant.STALE_READS) && inode.older != null && inode.path.endsWith(".lock")) {
                bytes = inode.older;
                size = bytes.length;
            }
            int from = (int) Math.min(offset, size);
            return Arrays.copyOfRange(bytes, from, (int) Math.min(size, offset + length));
        });
    }

    /** Writes and forces to stable storage. */
    Instant write(VirtualProcess process, Open open, long offset, byte[] data) throws StorageException {
        InFlight flight = new InFlight(open, offset, data);
        count(open.inode.path);
        process.host().inFlight().add(flight);
        if (open.inode.path.endsWith(".lock")) {
            process.host().writes();
        }
        try {
            return call(process, () -> {
                requireAlive(open);
                refuseWrites(open.inode.path, offset + data.length > open.inode.size);
                if (world.plants(Plant.CLAIM_NOT_SYNCED) && open.inode.path.endsWith(".lock")) {
                    forgetIfLost(process.host(), open.inode, offset, data.length);
                }
                put(open.inode, offset, data);
                if (!world.plants(Plant.CLOCK_FROM_CACHE)) {
                    client(process.host()).seen.changed(open.inode.path);
                }
                return open.inode.modified;
            });
        } finally {
            process.host().inFlight().remove(flight);
        }
    }

    /** What was there before is there again if the host dies soon. */
    private void forgetIfLost(VirtualHost host, Inode inode, long offset, int length) {
        byte[] before = Arrays.copyOfRange(inode.bytes, (int) offset, (int) offset + length);
        long until = world.now() + VirtualWorld.seconds(20);
        host.unsynced().addFirst(() -> {
            if (world.now() < until) {
                put(inode, offset, before);
            }
        });
    }

    private void refuseWrites(String path, boolean grows) throws StorageException {
        if (local) {
            return;
        }
        world.troubles().refuseWrite(path, grows);
    }

    private void put(Inode inode, long offset, byte[] data) {
        int end = (int) offset + data.length;
        if (inode.path.endsWith(".lock")
                && world.plants(Plant.STALE_READS)
                && world.now() - inode.olderAt > VirtualWorld.seconds(200)) {
            inode.older = Arrays.copyOf(inode.bytes, inode.size);
            inode.olderAt = world.now();
        }
        if (end > inode.bytes.length) {
            inode.bytes = Arrays.copyOf(inode.bytes, Math.max(end, inode.bytes.length * 3 / 2));
        }
        System.arraycopy(data, 0, inode.bytes, (int) offset, data.length);
        inode.size = Math.max(inode.size, end);
        inode.modified = clock();
    }

    /** As fstat(2) tells: a host that has not written to the file itself may learn what it learned before. */
    Instant modified(VirtualProcess process, Open open) throws StorageException {
        Instant now = call(process, () -> open.inode.modified);
        return local ? now : client(process.host()).seen.modified(open.inode.path, world.now(), now);
    }

    int size(Open open) {
        return open.inode.size;
    }

    /** Everything in a file, without an operation: for the judge. */
    byte[] content(String path) {
        Inode inode = files.get(path);
        return inode == null ? new byte[0] : Arrays.copyOf(inode.bytes, inode.size);
    }

    /** Somebody writes what is asked of the fleet from now on; what he has written. */
    ControlTable ask(ControlTable before, List<Control> wanted) {
        ControlTable after = before.next(wanted, clock());
        byte[] file = new byte[ControlTable.SIZE];
        for (ControlTable.Part part : after.parts(clock()).orElseThrow()) {
            System.arraycopy(part.bytes(), 0, file, (int) part.offset(), part.bytes().length);
        }
        restore(CONTROLS, file);
        return after;
    }

    /** Gives a file that content, without an operation. */
    void restore(String path, byte[] content) {
        Inode inode = files.get(path);
        if (inode != null) {
            inode.bytes = content.clone();
            inode.size = content.length;
        }
    }

    /** A write on its way. */
    final class InFlight {
        private final Open open;
        private final long offset;
        private final byte[] data;

        InFlight(Open open, long offset, byte[] data) {
            this.open = open;
            this.offset = offset;
            this.data = data;
        }

        /** What is behind it is blank. */
        private int used() {
            int used = data.length;
            while (used > 0 && (data[used - 1] == ' ' || data[used - 1] == '\n')) {
                used--;
            }
            return used;
        }

        /** The host dies: none, some or all of it reaches the server, at once or a little later. */
        void lost() {
            int kind = (int) world.random(3);
            int whole = kind == 0 ? 0 : kind == 1 ? data.length : (int) world.random(1 + used() / BLOCK) * BLOCK;
            byte[] part = Arrays.copyOf(data, Math.min(whole, data.length));
            if (part.length > 0) {
                world.time().after(null, world.random(VirtualWorld.seconds(1)), () -> {
                    if (!open.lost) {
                        put(open.inode, offset, part);
                    }
                });
            }
        }
    }
}
