package io.fleetcron.agent;

/**
 * How many runs this instance may have, and whether it may begin anything at all. Thread-safe.
 *
 * <p>EFS grants one mount locks on at most 256 file-process pairs; an instance stays well below.
 */
final class Capacity {

    private final int maximum;
    private int held;
    private int critical;
    private boolean stopping;

    Capacity(int maximum) {
        this.maximum = maximum;
    }

    /** Takes one place, if there is one. */
    synchronized boolean take() {
        if (stopping || held >= maximum) {
            return false;
        }
        held++;
        return true;
    }

    /** Takes a place for a run that exists already. */
    synchronized void takeOver() {
        held++;
    }

    /** Gives a place back. */
    synchronized void giveBack() {
        held--;
    }

    /** How many places are taken. */
    synchronized int held() {
        return held;
    }

    /** Begins a step that must not be cut in two by an orderly stop; false if the agent is stopping. */
    synchronized boolean beginStep() {
        if (stopping) {
            return false;
        }
        critical++;
        return true;
    }

    /** Begins such a step even while stopping. */
    synchronized void mustStep() {
        critical++;
    }

    /** Ends the step. */
    synchronized void endStep() {
        critical--;
        notifyAll();
    }

    /** From now on nothing new begins. */
    synchronized void stop() {
        stopping = true;
    }

    /** Waits until no step is half done; false if time ran out. */
    synchronized boolean awaitQuiet(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (critical > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
