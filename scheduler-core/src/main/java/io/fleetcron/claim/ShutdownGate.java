package io.fleetcron.claim;

import io.fleetcron.fleet.HostTime;
import java.time.Duration;

/** Steps that an orderly stop must not cut in two, such as from a claim to its run's start. Thread-safe. */
public final class ShutdownGate {

    private static final Duration LOOK = Duration.ofMillis(5);

    private final HostTime time;
    private int begun;
    private boolean stopping;
    private boolean stopped;

    public ShutdownGate(HostTime time) {
        this.time = time;
    }

    /** Begins a step that starts something new; false if the agent is stopping. */
    public synchronized boolean begin() {
        if (stopping) {
            return false;
        }
        begun++;
        return true;
    }

    /** Begins a step that ends something; false if it could not be done with any more before the agent has ended. */
    synchronized boolean beginLast() {
        if (stopped) {
            return false;
        }
        begun++;
        return true;
    }

    /** Ends the step. */
    public synchronized void end() {
        begun--;
    }

    /** From now on nothing new begins. Waits until no step is half done, then lets none begin; false if time ran out. */
    public boolean stop(Duration atMost) throws InterruptedException {
        long deadline = time.bootNanos() + atMost.toNanos();
        while (!closeIfIdle()) {
            if (time.bootNanos() >= deadline) {
                return close();
            }
            time.pause(LOOK);
        }
        return true;
    }

    private synchronized boolean closeIfIdle() {
        stopping = true;
        stopped = begun == 0;
        return stopped;
    }

    private synchronized boolean close() {
        stopped = true;
        return begun == 0;
    }
}
