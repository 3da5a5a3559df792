package io.fleetcron.claim;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.ClaimDecision;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.look.LockAttempt;
import io.fleetcron.run.Run;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Hears what becomes of this instance's runs and of the fires that it settles, in the order in which it happens. Called by
 * threads that may block. Thread-safe.
 */
public interface RunListener {

    /** A run has begun here, or was taken back. */
    void began(Run run);

    /** A scheduled run has been started here just now. Called after {@link #began}; returns at once. */
    void started(RunId run);

    /** A try to claim what is due of a job is over. Returns at once. */
    void tried(LockAttempt attempt);

    /** A run is over; its end is not recorded yet. Returns within some seconds. */
    void over(Run run, RunEnd end) throws InterruptedException;

    /**
     * Nobody needs what a run left on this host any more, once its output is stored. Returns at once.
     *
     * @param ofFleet false for a job that runs on every host
     */
    void recorded(Run run, boolean ofFleet);

    /**
     * A decision is about to be written: {@link #settled} follows if that succeeds. Whoever wants to lose nothing of it, even if
     * this process dies in between, keeps it now, and asks the ledger later what became of it. Called while the lock is held:
     * returns soon if storage answers.
     *
     * @param run the run that the ledger has as started
     */
    void settling(JobDefinition job, ClaimDecision decision, Optional<CurrentRun> run);

    /**
     * A decision is on stable storage, and no other instance will take the same one. Called before the traces of its run
     * go.
     *
     * @param run the run that the ledger had as started when it was decided
     * @param output the file with the output of the run with that token, while it is on this host
     */
    void settled(
            JobDefinition job, ClaimDecision decision, Optional<CurrentRun> run, LongFunction<Optional<Path>> output);

    /** Every fire of its job up to this one is settled. */
    void accounted(Fire last);
}
