package io.fleetcron.cli;

/** Opens the signals of this package to tests of others. */
public final class TestSignals {

    private TestSignals() {}

    public static void onHangUp(Runnable task) {
        Signals.deliver(name -> task.run(), "HUP");
    }
}
