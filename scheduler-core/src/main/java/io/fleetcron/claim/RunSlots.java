package io.fleetcron.claim;

/**
 * How many looks and runs a lane may have at once: a run in a group counts twice, since it holds two locks. Thread-safe.
 *
 * <p>EFS grants one mount locks on at most 256 file-process pairs; an instance stays well below. And threads that hang
 * on one directory must not use up those of another.
 */
public final class RunSlots {

    private final int maximum;
    private int held;

    public RunSlots(int maximum) {
        this.maximum = maximum;
    }

    /** Takes one place, if there is one. */
    synchronized boolean take() {
        if (held >= maximum) {
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
}
