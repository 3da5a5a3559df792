package io.fleetcron.look;

import java.time.Duration;
import java.time.Instant;

/**
 * For how long an instance that cannot run a job leaves its fires to the others: half the tolerance, since somebody last
 * got ahead with them. Then it may claim one, to record that no host could run it. Immutable.
 *
 * @param since when it found that a fire was open and that it could not run it
 * @param accounted up to when the ledger accounted for fires then
 */
public record StandAside(Instant since, Instant accounted) {

    /** It does not stand aside. */
    public static final StandAside NOT = new StandAside(Instant.MAX, Instant.MIN);

    /**
     * A fire is open, and this instance cannot run the job.
     *
     * @param now the fleet's time; one that went back begins the wait again
     * @param accountedUpTo what the ledger accounts for
     */
    public StandAside still(Instant now, Instant accountedUpTo) {
        boolean waits = !since.isAfter(now) && !accountedUpTo.isAfter(accounted);
        return waits ? this : new StandAside(now, accountedUpTo);
    }

    /** Whether the others have had their time. */
    public boolean isOver(Instant now, Duration tolerance) {
        return !now.isBefore(since) && Duration.between(since, now).compareTo(tolerance.dividedBy(2)) >= 0;
    }
}
