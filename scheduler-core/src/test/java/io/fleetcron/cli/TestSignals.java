package io.fleetcron.cli;

import io.fleetcron.cli.console.Signals;

/** Opens the signals of this package to tests of others. */
public final class TestSignals {

    private TestSignals() {}

    public static void onHangUp(Runnable task) {
        Signals.deliver(name -> task.run(), "HUP");
    }
}
