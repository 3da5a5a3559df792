package io.fleetcron.run;

import java.nio.file.Path;
import java.time.Instant;

/** A run in progress on this host, started by this process or found by it. Thread-safe. */
public interface Run {
    /** The job's name. */
    String job();

    /** The scheduled time. */
    Instant fire();

    /** The fencing token of the claim. */
    long token();

    /** The supervisor's process id. */
    int pid();

    /** The file that collects the command's output. */
    Path output();

    /** Blocks until the run is over and nothing of it is left. Call it from a thread that may block for ever. */
    RunEnd await() throws InterruptedException;

    /** Asks the supervisor to end the run: SIGTERM, then SIGKILL after the job's delay. Returns at once. */
    void kill();

    /** Forgets a run that is over and settled: removes what it left in the local state directory. */
    void forget();
}
