package io.fleetcron.look;

import io.fleetcron.ledger.CurrentRun;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one instance keeps in mind about one job between two tries at its lock. Immutable.
 *
 * @param fires how far it has come
 * @param others the members on whom its turns depend
 * @param waiting whether something is waited for
 * @param look whether a try is under way; it lasts as long as the run that it starts
 * @param begun whether the ledger has been read since this instance learned of the schedule
 * @param retired whether the job has no definition any more
 * @param closed whether nothing is left to do
 * @param tries how often in a row there was something to wait for
 * @param peekFirst whether the next try reads the ledger before it tries the lock
 * @param aside since when this instance, which cannot run the job, has left it to the others
 * @param watched the run elsewhere whose end is waited for
 * @param running the fire that this instance is running
 */
public record LookState(
        Fires fires,
        Others others,
        boolean waiting,
        Look look,
        boolean begun,
        boolean retired,
        boolean closed,
        int tries,
        boolean peekFirst,
        StandAside aside,
        Optional<CurrentRun> watched,
        Optional<Instant> running) {

    /**
     * Up to which fire it has come, in each respect. Immutable.
     *
     * @param accounted up to when, as far as is known, every fire is settled or started
     * @param wanted the newest fire that has come due here
     * @param looked the newest fire that was wanted when the lock was last tried
     * @param planned the newest fire for which a turn was planned
     */
    public record Fires(Instant accounted, Instant wanted, Instant looked, Instant planned) {

        /** Whether a fire is wanted that, as far as is known, is neither settled nor started. */
        public boolean isOpen() {
            return wanted.isAfter(accounted);
        }
    }

    /**
     * The members on whom this instance's turns depend. Immutable.
     *
     * @param ahead whose turns at the planned fire come before this instance's, if it hears of the fire before
     * @param idle the live members that let a fire pass in their turn, so that this instance had to start it
     */
    public record Others(List<String> ahead, Set<String> idle) {}

    /** Whether a try is under way. There is one at a time: two at once would share one open file. */
    public enum Look {
        NONE,
        UNDER_WAY,
        /** And the runs of an earlier agent are taken back after it. */
        ADOPTS_NEXT
    }

    /** Of an instance that knows nothing of the job yet. */
    public static final LookState FIRST = new LookState(
            new Fires(Instant.MIN, Instant.MIN, Instant.MIN, Instant.MIN),
            new Others(List.of(), Set.of()),
            false,
            Look.NONE,
            false,
            false,
            false,
            0,
            true,
            StandAside.NOT,
            Optional.empty(),
            Optional.empty());
}
