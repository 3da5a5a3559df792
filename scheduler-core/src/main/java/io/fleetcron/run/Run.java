package io.fleetcron.run;

import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import java.nio.file.Path;
import java.util.Optional;

/** A run in progress on this host, started by this process or found by it. Thread-safe. */
public interface Run {
    /** Which run it is. */
    RunId id();

    /** A process that holds the run's lock by its descriptor 3. */
    int pid();

    /** The slot of its job's group that it holds, by its descriptor 7: the name of the slot's file. */
    default Optional<String> slot() {
        return Optional.empty();
    }

    /** Whether it is only recorded, and no command belongs to it. */
    default boolean startsNothing() {
        return false;
    }

    /** The file that collects the command's output; there once it has written something. */
    Path output();

    /**
     * Blocks until the run is over and nothing of it is left but its supervisor, which waits for a moment, with the lock,
     * for {@link #recorded} or {@link #unrecorded}; without an answer it writes the exit record itself. Call it from a
     * thread that may block indefinitely.
     */
    RunEnd await() throws InterruptedException;

    /** The ledger accounts for the run's end. Returns once its supervisor is gone; later calls do nothing. */
    void recorded();

    /**
     * The run's end could not be recorded. Its supervisor keeps the lock until it has written the exit record into the
     * lock file, or the lock is lost. To be called when this process has released the lock; returns at once.
     */
    void unrecorded();

    /** Asks the supervisor to end the run: SIGTERM, then SIGKILL after the job's delay. Returns at once. */
    void kill();

    /**
     * Whether its supervisor ends it because its lock is in doubt. It may last for as long as the kernel lets a process of
     * it live, and another host may have the lock by then: nobody must rely on its being in progress.
     */
    default boolean isInDoubt() {
        return false;
    }

    /** What supervisor and guard complained of, in one line, once the run is over: empty if all is well. */
    Optional<String> complaint();

    /** Forgets a run that is over and {@link #recorded}: removes what it left in the local state directory. */
    void forget();
}
