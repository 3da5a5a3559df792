package io.fleetcron.claim;

/** Steps that an orderly stop must not cut in two, such as from a claim to its run's start. Thread-safe. */
public final class ShutdownGate {

    private int begun;
    private boolean stopping;
    private boolean stopped;

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
        notifyAll();
    }

    /** From now on nothing new begins. Waits until no step is half done, then lets none begin; false if time ran out. */
    public synchronized boolean stop(long millis) throws InterruptedException {
        stopping = true;
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (begun > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        stopped = true;
        return begun == 0;
    }
}
