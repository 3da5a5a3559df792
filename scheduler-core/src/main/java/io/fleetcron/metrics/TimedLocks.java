package io.fleetcron.metrics;

import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.lock.LockFile;
import io.fleetcron.metrics.Stopwatch.Operation;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Lock files of the shared directory, each operation timed. */
record TimedLocks(LockDirectory locks, Stopwatch watch) implements LockDirectory {

    @Override
    public LockFile file(String name) {
        return new TimedFile(locks.file(name), watch);
    }

    @Override
    public HeldLock adopt(LockFile file, int pid, int descriptor) throws StorageException {
        return new TimedLock(locks.adopt(file instanceof TimedFile timed ? timed.file : file, pid, descriptor), watch);
    }

    @Override
    public List<String> names() throws IOException {
        return locks.names();
    }

    @Override
    public Path path() {
        return locks.path();
    }

    private record TimedFile(LockFile file, Stopwatch watch) implements LockFile {
        @Override
        public Optional<HeldLock> tryLock() throws StorageException {
            return watch.time(Operation.LOCK, file::tryLock).map(lock -> new TimedLock(lock, watch));
        }

        @Override
        public byte[] read(long offset, int length) throws StorageException {
            return watch.time(Operation.READ, () -> file.read(offset, length));
        }

        @Override
        public void close() {
            file.close();
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    private record TimedLock(HeldLock lock, Stopwatch watch) implements HeldLock {
        @Override
        public byte[] read(long offset, int length) throws StorageException {
            return watch.time(Operation.READ, () -> lock.read(offset, length));
        }

        @Override
        public void write(long offset, byte[] data) throws StorageException {
            watch.time(Operation.WRITE, () -> {
                lock.write(offset, data);
                return data;
            });
        }

        @Override
        public int descriptor() {
            return lock.descriptor();
        }

        @Override
        public void unlock() throws StorageException {
            watch.time(Operation.UNLOCK, () -> {
                lock.unlock();
                return lock;
            });
        }

        @Override
        public void abandon() {
            lock.abandon();
        }
    }
}
