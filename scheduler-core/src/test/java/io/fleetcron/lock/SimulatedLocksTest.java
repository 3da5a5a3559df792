package io.fleetcron.lock;

import io.fleetcron.virtual.SimulatedShare;

/** The simulated lock files do what flock(2) does. */
class SimulatedLocksTest extends LockFileContract {
    private final SimulatedShare share = new SimulatedShare();

    @Override
    LockDirectory agent() {
        return share.agent();
    }
}
