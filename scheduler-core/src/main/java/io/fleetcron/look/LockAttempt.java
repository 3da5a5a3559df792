package io.fleetcron.look;

import io.fleetcron.ledger.LedgerRecord;
import java.io.IOException;
import java.util.Optional;

/** What came of one look at a job's lock. */
public sealed interface LockAttempt {
    /** Everything due is settled, and the lock is free again. */
    record Idle(LedgerRecord record) implements LockAttempt {}

    /**
     * Another holds the lock, or need not be disturbed.
     *
     * @param seen what the ledger said just before, if it could be read
     */
    record Elsewhere(Optional<LedgerRecord> seen) implements LockAttempt {}

    /**
     * Nothing may be settled or claimed for now.
     *
     * @param why what was found and what to do
     */
    record Held(String why) implements LockAttempt {}

    /**
     * This host cannot run the job, and leaves it to the others.
     *
     * @param why what was found and what to do
     * @param seen what the ledger said just before, if it could be read
     * @param aside since when it does so
     */
    record Unfit(String why, Optional<LedgerRecord> seen, StandAside aside) implements LockAttempt {}

    /**
     * What is due waits while its group has as many runs as it may have.
     *
     * @param why in one line
     * @param seen what the ledger says now
     * @param first whether this is the instance that tries again soonest
     */
    record GroupFull(String why, LedgerRecord seen, boolean first) implements LockAttempt {}

    /** This instance runs as many jobs as it may. */
    record Full() implements LockAttempt {}

    /** Storage did not answer as it should, or the ledger cannot be trusted: nothing was started. */
    record Failed(IOException cause) implements LockAttempt {}

    /** The lock of a run was lost, or its end could not be recorded: whoever claims next finds out. */
    record InDoubt(String why) implements LockAttempt {}
}
