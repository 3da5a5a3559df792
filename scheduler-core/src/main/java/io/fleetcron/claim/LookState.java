package io.fleetcron.claim;

import io.fleetcron.ledger.CurrentRun;
import java.time.Instant;
import java.util.Optional;

/**
 * What one instance keeps in mind about one job between two tries at its lock. Immutable.
 *
 * @param accounted up to when, as far as is known, every fire is settled or started
 * @param wanted the newest fire that has come due here
 * @param looked the newest fire that was wanted when the lock was last tried
 * @param looking whether a try is under way; it lasts as long as the run that it starts
 * @param begun whether the ledger has been read since this instance learned of the schedule
 * @param retired whether the job has no definition any more
 * @param closed whether nothing is left to do
 * @param tries how often in a row there was something to wait for
 * @param peekFirst whether the next try reads the ledger before it tries the lock
 * @param aside since when this instance, which cannot run the job, has left it to the others
 * @param watched the run elsewhere whose end is waited for
 * @param running the fire that this instance is running
 */
record LookState(
        Instant accounted,
        Instant wanted,
        Instant looked,
        boolean looking,
        boolean begun,
        boolean retired,
        boolean closed,
        int tries,
        boolean peekFirst,
        StandAside aside,
        Optional<CurrentRun> watched,
        Optional<Instant> running) {

    /** Of an instance that knows nothing of the job yet. */
    static final LookState FIRST = new LookState(
            Instant.MIN,
            Instant.MIN,
            Instant.MIN,
            false,
            false,
            false,
            false,
            0,
            true,
            StandAside.NOT,
            Optional.empty(),
            Optional.empty());
}
