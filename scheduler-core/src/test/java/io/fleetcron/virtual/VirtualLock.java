package io.fleetcron.virtual;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** A lock between the strands of one process. */
final class VirtualLock implements Lock {
    private final VirtualTime.Signal free;
    private boolean held;

    VirtualLock(VirtualTime time) {
        this.free = time.signal();
    }

    @Override
    public void lock() {
        while (held) {
            free.await();
        }
        held = true;
    }

    @Override
    public void unlock() {
        held = false;
        free.give();
    }

    @Override
    public boolean tryLock() {
        boolean granted = !held;
        held = true;
        return granted;
    }

    @Override
    public void lockInterruptibly() {
        lock();
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException();
    }
}
