package io.fleetcron.virtual;

import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.lock.LockFile;
import io.fleetcron.storage.StorageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lock files on the simulated server, as one process sees them. */
public final class VirtualLocks implements LockDirectory {
    private final VirtualServer server;
    private final VirtualProcess process;
    private final Path path;

    VirtualLocks(VirtualServer server, VirtualProcess process, Path path) {
        this.server = server;
        this.process = process;
        this.path = path;
    }

    @Override
    public LockFile file(String name) {
        return new VirtualFile(path.resolve(name).toString());
    }

    @Override
    public HeldLock adopt(LockFile file, int pid, int descriptor) throws StorageException {
        VirtualFile own = (VirtualFile) file;
        VirtualRun run = process.host().runs().stream()
                .filter(other -> other.pid() == pid)
                .findFirst()
                .orElseThrow(() -> new StorageException(own.name + ": process " + pid + " has ended", "ESRCH"));
        VirtualServer.Open shared = run.share(process, descriptor);
        own.close();
        own.open = shared;
        boolean mine = false;
        try {
            mine = server.tryLock(process, shared);
        } finally {
            if (!mine) {
                own.close();
            }
        }
        if (!mine) {
            throw new StorageException(own.name + ": another process holds it", "EAGAIN");
        }
        return own.hold();
    }

    @Override
    public List<String> names() throws StorageException {
        return server.names(process, path.toString());
    }

    @Override
    public Path path() {
        return path;
    }

    private final class VirtualFile implements LockFile {
        private final String name;
        private VirtualServer.@Nullable Open open;
        private boolean held;

        VirtualFile(String name) {
            this.name = name;
        }

        private VirtualServer.Open opened() throws StorageException {
            VirtualServer.Open known = open;
            if (known == null) {
                known = server.open(process, name);
                open = known;
            }
            return known;
        }

        @Override
        public Optional<HeldLock> tryLock() throws StorageException {
            if (held) {
                throw new IllegalStateException("the lock on " + name + " is held already, by this very object");
            }
            if (name.contains("/jobs/") && process.host().world().plantsIdle(process.host())) {
                return Optional.empty();
            }
            if (name.contains("/groups/") && process.host().world().plants(Plant.SLOT_NOT_TAKEN)) {
                opened();
                return Optional.of(hold());
            }
            try {
                return server.tryLock(process, opened()) ? Optional.of(hold()) : Optional.empty();
            } catch (StorageException e) {
                if (process.host().world().plants(Plant.FAILS_OPEN)
                        && open != null
                        && !e.errno().equals("EIO")) {
                    return Optional.of(hold());
                }
                close();
                throw e;
            }
        }

        private HeldLock hold() {
            held = true;
            return new VirtualHeld(this);
        }

        @Override
        public byte[] read(long offset, int length) throws StorageException {
            return server.read(process, opened(), offset, length);
        }

        @Override
        public void close() {
            VirtualServer.Open known = open;
            if (known != null) {
                known.close(process);
                open = null;
            }
            held = false;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final class VirtualHeld implements HeldLock {
        private final VirtualFile file;
        private final VirtualServer.@Nullable Open open;
        private boolean over;

        VirtualHeld(VirtualFile file) {
            this.file = file;
            this.open = file.open;
        }

        private VirtualServer.Open held() {
            VirtualServer.Open known = open;
            if (over || known == null || file.open != known) {
                throw new IllegalStateException("the lock on " + file.name + " has been released already");
            }
            return known;
        }

        @Override
        public byte[] read(long offset, int length) throws StorageException {
            return process.host().plantRead(file.name, server.read(process, held(), offset, length));
        }

        @Override
        public void write(long offset, byte[] data) throws StorageException {
            VirtualWorld world = process.host().world();
            byte[] planted = world.plantWrite(file.name, offset, data);
            long where = world.plants(Plant.ONE_SLOT) ? 0 : offset;
            try {
                server.write(process, held(), where, planted);
            } catch (StorageException e) {
                if (!world.plants(Plant.WRITE_ERRORS_IGNORED) || e.errno().equals("EIO")) {
                    throw e;
                }
            }
        }

        @Override
        public int descriptor() {
            return process.host().describe(held());
        }

        @Override
        public void unlock() throws StorageException {
            VirtualServer.Open known = held();
            over = true;
            try {
                server.unlock(process, known);
                file.held = false;
            } catch (StorageException e) {
                file.close();
                throw e;
            }
        }

        @Override
        public void abandon() {
            if (!over) {
                over = true;
                file.close();
            }
        }
    }
}
