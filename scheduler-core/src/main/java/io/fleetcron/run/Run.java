package io.fleetcron.run;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

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

    /**
     * Blocks until the run is over and nothing of it is left but its supervisor, which may wait for a moment, with the
     * lock, to hear what becomes of that end: say {@link #recorded} or {@link #unrecorded}, or it records the end itself.
     * Call it from a thread that may block for ever.
     */
    RunEnd await() throws InterruptedException;

    /** The ledger accounts for the run's end. Returns once its supervisor is gone; later calls do nothing. */
    void recorded();

    /**
     * The run's end could not be recorded: its supervisor leaves word in the lock file. To be called when this process
     * has let go of the lock; returns once the supervisor is gone.
     */
    void unrecorded();

    /** Asks the supervisor to end the run: SIGTERM, then SIGKILL after the job's delay. Returns at once. */
    void kill();

    /** What the supervisor had to say of itself, in one line, once the run is over: empty if all went as it should. */
    Optional<String> complaint();

    /** Forgets a run that is over and {@link #recorded}: removes what it left in the local state directory. */
    void forget();
}
