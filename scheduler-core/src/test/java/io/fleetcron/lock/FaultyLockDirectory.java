package io.fleetcron.lock;

import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A directory whose files go wrong once, at a chosen operation: the n-th of {@code tryLock}, read, write and unlock,
 * counted over all its files from 1. It wraps a real directory, so that what was done before the fault stands there.
 * One caller at a time.
 */
public final class FaultyLockDirectory implements LockDirectory {
    /** What goes wrong. */
    public sealed interface Fault {}

    /**
     * The operation does nothing and fails.
     *
     * @param errno such as {@code EIO}
     */
    public record Fails(String errno) implements Fault {}

    /**
     * The process dies before the operation, or in its middle: a write puts down its first bytes only. Every lock is
     * let go of as a death would, and no later operation does anything but die again.
     *
     * @param bytes how many bytes of a write reach the file
     */
    public record Crashes(int bytes) implements Fault {}

    /** The process dies after the operation has succeeded, before its caller hears of it. */
    public record CrashesAfter() implements Fault {}

    /** The simulated death. An Error, so that no handler of ordinary failures survives it. */
    public static final class SimulatedCrash extends Error {
        private static final long serialVersionUID = 1L;

        SimulatedCrash(String at) {
            super("simulated crash at " + at);
        }
    }

    private interface Operation<T> {
        T run() throws StorageException;
    }

    private final LockDirectory real;
    private final int at;
    private final Fault fault;
    private int operations;
    private boolean crashed;

    /**
     * @param at the number of the operation that goes wrong; beyond the last one nothing does, and
     *     {@link #operations} tells how many there were
     */
    public FaultyLockDirectory(LockDirectory real, int at, Fault fault) {
        this.real = real;
        this.at = at;
        this.fault = fault;
    }

    /** How many operations there have been. */
    public int operations() {
        return operations;
    }

    @Override
    public LockFile file(String name) {
        return new FaultyFile(name, real.file(name));
    }

    @Override
    public HeldLock adopt(LockFile file, int pid, int descriptor) throws StorageException {
        FaultyFile own = (FaultyFile) file;
        return new FaultyHeld(own, real.adopt(own.file, pid, descriptor));
    }

    @Override
    public List<String> names() throws IOException {
        return real.names();
    }

    @Override
    public Path path() {
        return real.path();
    }

    private <T> T step(FaultyFile file, String what, Operation<T> whole, Operation<?> torn) throws StorageException {
        dieAgain(what);
        operations++;
        if (operations != at) {
            return whole.run();
        }
        if (fault instanceof Fails fails) {
            throw new StorageException(file.name + ": " + what + ": " + fails.errno() + " (injected)", fails.errno());
        }
        if (fault instanceof CrashesAfter) {
            whole.run();
        } else {
            torn.run();
        }
        crashed = true;
        file.file.close();
        throw new SimulatedCrash(what);
    }

    private void dieAgain(String what) {
        if (crashed) {
            throw new SimulatedCrash(what);
        }
    }

    private final class FaultyFile implements LockFile {
        private final String name;
        private final LockFile file;

        FaultyFile(String name, LockFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public Optional<HeldLock> tryLock() throws StorageException {
            return step(
                    this,
                    "flock",
                    () -> file.tryLock().<HeldLock>map(held -> new FaultyHeld(this, held)),
                    () -> Optional.empty());
        }

        @Override
        public byte[] read(long offset, int length) throws StorageException {
            return step(this, "read", () -> file.read(offset, length), () -> new byte[0]);
        }

        @Override
        public void close() {
            file.close();
        }
    }

    private final class FaultyHeld implements HeldLock {
        private final FaultyFile file;
        private final HeldLock held;

        FaultyHeld(FaultyFile file, HeldLock held) {
            this.file = file;
            this.held = held;
        }

        @Override
        public byte[] read(long offset, int length) throws StorageException {
            return step(file, "read", () -> held.read(offset, length), () -> new byte[0]);
        }

        @Override
        public void write(long offset, byte[] data) throws StorageException {
            step(file, "write", () -> put(offset, data), () -> put(offset, torn(data)));
        }

        @Override
        public int descriptor() {
            dieAgain("descriptor");
            return held.descriptor();
        }

        @Override
        public void unlock() throws StorageException {
            step(file, "unlock", this::release, () -> 0);
        }

        @Override
        public void abandon() {
            if (!crashed) {
                held.abandon();
            }
        }

        private int release() throws StorageException {
            held.unlock();
            return 0;
        }

        private int put(long offset, byte[] data) throws StorageException {
            held.write(offset, data);
            return data.length;
        }

        private byte[] torn(byte[] data) {
            int bytes = fault instanceof Crashes crashes ? crashes.bytes() : 0;
            return Arrays.copyOf(data, Math.min(bytes, data.length));
        }
    }
}
