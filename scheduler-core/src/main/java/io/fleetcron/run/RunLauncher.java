package io.fleetcron.run;

import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Starts runs and finds those that an earlier agent left. Thread-safe. */
public interface RunLauncher {
    /** The exit status of a command that could not be given what its job asks for. */
    int REFUSED = RunEnd.NEVER_BEGAN;

    /**
     * Keeps a directory ready for a run that may begin. Blocks on the local disk, as long as that is frozen.
     *
     * @throws IOException if no run could begin now. The message says what to do, and is the same each time.
     */
    RunPlace reserve() throws IOException;

    /** Whether this host can start a process for a run just now. Tries it out, and waits for the process. */
    boolean startsProcesses();

    /**
     * Starts a run's supervisor.
     *
     * @param place reserved by this launcher; becomes the run's
     * @throws UnfitForJobException if that is the job's own trouble; nothing runs then
     * @throws IOException if this host cannot start any run; nothing runs then. The message says what to do.
     */
    Run start(RunSpec spec, RunPlace place) throws IOException;

    /** As {@link #start(RunSpec, RunPlace)}, in a place reserved now. */
    default Run start(RunSpec spec) throws IOException {
        return start(spec, reserve());
    }

    /**
     * A run that is over before it began, as failed with status {@value #REFUSED}: the command cannot be given what its
     * job asks for. Its output is the reason.
     *
     * @param started the fleet's time when it was claimed
     * @param reason what was found and what to do, without a line end
     * @throws IOException if that cannot be noted down
     */
    Run refuse(RunId run, Instant started, String reason) throws IOException;

    /**
     * Runs of this instance that a process that is gone started and did not settle: still going on, or over with their
     * end on record. Each is returned once; the caller owns it from now on.
     */
    List<Run> survivors() throws IOException;
}
