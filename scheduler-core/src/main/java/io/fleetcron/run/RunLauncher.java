package io.fleetcron.run;

import java.io.IOException;
import java.util.List;

/** Starts runs and finds those that an earlier agent left. Thread-safe. */
public interface RunLauncher {
    /**
     * Starts a run's supervisor.
     *
     * @throws IOException if no process could be started; nothing runs then. The message says what to do.
     */
    Run start(RunSpec spec) throws IOException;

    /**
     * Runs of this instance that a process that is gone started and did not settle: still going on, or over with their
     * end on record. Each is returned once; the caller owns it from now on.
     */
    List<Run> survivors() throws IOException;
}
