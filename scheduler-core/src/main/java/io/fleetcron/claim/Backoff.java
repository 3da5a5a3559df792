package io.fleetcron.claim;

import io.fleetcron.membership.Membership;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before looking at a lock. Every wait is jittered, so that hosts do not look in step. */
final class Backoff {

    /** While this instance runs as many jobs as it may. */
    static final Duration FULL = Duration.ofMillis(500);
    /** While a ledger waits for a person. */
    static final Duration CORRUPT = Duration.ofSeconds(30);

    private static final int NEAR = 2;
    private static final long STEP_MILLIS = 400;
    /** More than two beats of the members. */
    private static final long FAR_MILLIS = 13_000;

    private static final long FAR_STEP_MILLIS = 1_000;

    private Backoff() {}

    /**
     * Before the first look at a fire: rank 0 at once, the next two one step later each. Further ones wait until they
     * have heard of it by the member table, which costs nothing for each fire, and look only if they have not. All have
     * had their turn within two thirds of the tolerance, however many members only seem to be alive.
     *
     * @param members how many are alive
     * @param tolerance how late the fire may start
     */
    static Duration turn(int rank, int members, Duration tolerance) {
        if (rank == 0) {
            return Duration.ZERO;
        }
        long last = tolerance.toMillis() / 2;
        if (!isFar(rank)) {
            return jittered(Math.min(rank * STEP_MILLIS, last));
        }
        long first = Math.min(FAR_MILLIS, last / 2);
        return jittered(first + rank * Math.min(FAR_STEP_MILLIS, (last - first) / Math.max(rank, members)));
    }

    /** True for a rank that hears of a fire before its turn. */
    static boolean isFar(int rank) {
        return rank > NEAR;
    }

    /** Before the look without a fire after a start: members one after the other, jobs spread over a second. */
    static Duration spread(int rank, int members, Duration tolerance) {
        long step = Math.min(FAR_STEP_MILLIS, tolerance.toMillis() / 2 / Math.max(1, Math.max(rank, members)));
        return Duration.ofMillis(rank * step + ThreadLocalRandom.current().nextInt(1000));
    }

    /** While a fire is open and its lock is held: soon, then less often. */
    static Duration retry(int tries) {
        return growing(100, tries, 5_000);
    }

    /** While a run goes on elsewhere, and the member table does not say so. */
    static Duration watch(int tries) {
        return growing(3_000, tries, 20_000);
    }

    /**
     * Before the member table is asked again whether a run goes on elsewhere, which costs no I/O. The near ones notice its
     * death first, so that not a whole fleet tries the lock at once.
     */
    static Duration spared(int rank, int members, Duration tolerance) {
        return isFar(rank) ? turn(rank, members, tolerance) : spared();
    }

    /** As {@link #spared(int, int, Duration)}, for those that notice first. */
    static Duration spared() {
        return jittered(Membership.INTERVAL.toMillis());
    }

    /** Before the ledger of a job is looked at whose definition went. */
    static Duration retire() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextInt(1_000));
    }

    /** Before the ledgers are looked at that have had no definition since the start: there may be thousands of them. */
    static Duration unhurried() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextInt(30_000));
    }

    /** While storage fails. */
    static Duration failure(int tries) {
        return growing(500, tries, 10_000);
    }

    private static Duration growing(long first, int tries, long limit) {
        return jittered(Math.min(limit, first << Math.min(tries, 16)));
    }

    private static Duration jittered(long millis) {
        long quarter = Math.max(1, millis / 4);
        return Duration.ofMillis(millis - quarter + ThreadLocalRandom.current().nextLong(2 * quarter));
    }
}
