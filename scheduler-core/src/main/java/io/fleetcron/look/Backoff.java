package io.fleetcron.look;

import io.fleetcron.membership.Membership;
import java.time.Duration;
import java.util.function.LongUnaryOperator;

/**
 * How long to wait before the next try at a lock. Every wait is jittered, so that hosts do not act in step: a jitter gives
 * some number from 0 up to what it is asked for, that one excluded. Pure functions.
 */
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
    private static final Duration REQUEST = Duration.ofSeconds(10);

    private Backoff() {}

    /**
     * Before the first look at a fire: rank 0 at once, the next two one step later each. Further ones wait until they
     * have heard of it by the member table, which costs nothing for each fire, and look only if they have not. All have
     * had their turn within two thirds of the tolerance, however many members only seem to be alive.
     *
     * @param members how many are alive
     * @param tolerance how late the fire may start
     */
    static Duration turn(int rank, int members, Duration tolerance, LongUnaryOperator jitter) {
        if (rank == 0) {
            return Duration.ZERO;
        }
        long last = tolerance.toMillis() / 2;
        if (!isFar(rank)) {
            return jittered(Math.min(rank * STEP_MILLIS, last), jitter);
        }
        long first = Math.min(FAR_MILLIS, last / 2);
        return jittered(first + rank * Math.min(FAR_STEP_MILLIS, (last - first) / Math.max(rank, members)), jitter);
    }

    /** True for a rank that hears of a fire before its turn. */
    static boolean isFar(int rank) {
        return rank > NEAR;
    }

    /**
     * Before a try at the run that any instance may be asked for, counted from when it was. The next one's turn comes when
     * the one before it could have read of it for sure.
     */
    static Duration request(int rank) {
        return REQUEST.multipliedBy(Math.min(rank, NEAR + 1));
    }

    /** Before the look without a fire after a start: members one after the other, jobs spread over a second. */
    static Duration spread(int rank, int members, Duration tolerance, LongUnaryOperator jitter) {
        long step = Math.min(FAR_STEP_MILLIS, tolerance.toMillis() / 2 / Math.max(1, Math.max(rank, members)));
        return Duration.ofMillis(rank * step + jitter.applyAsLong(1000));
    }

    /** While a fire is open and its lock is held: soon, then less often. */
    static Duration retry(int tries, LongUnaryOperator jitter) {
        return growing(100, tries, 5_000, jitter);
    }

    /** While a group is full: each slot that becomes free is noticed within five seconds. */
    static Duration slot(int tries, LongUnaryOperator jitter) {
        return growing(250, tries, 4_000, jitter);
    }

    /** While a run goes on elsewhere, and the member table does not say so. */
    static Duration watch(int tries, LongUnaryOperator jitter) {
        return growing(3_000, tries, 20_000, jitter);
    }

    /**
     * Before the member table is asked again whether a run goes on elsewhere, which costs no I/O. The near ones notice its
     * death first, so that not a whole fleet tries the lock at once.
     */
    static Duration spared(int rank, int members, Duration tolerance, LongUnaryOperator jitter) {
        return isFar(rank) ? turn(rank, members, tolerance, jitter) : spared(jitter);
    }

    /** As {@link #spared(int, int, Duration, LongUnaryOperator)}, for those that notice first. */
    static Duration spared(LongUnaryOperator jitter) {
        return jittered(Membership.INTERVAL.toMillis(), jitter);
    }

    /** Before the ledger of a job is looked at whose definition went. */
    static Duration retire(LongUnaryOperator jitter) {
        return Duration.ofMillis(jitter.applyAsLong(1_000));
    }

    /** Before the ledgers are looked at that have had no definition since the start: there may be thousands of them. */
    static Duration unhurried(LongUnaryOperator jitter) {
        return Duration.ofMillis(jitter.applyAsLong(30_000));
    }

    /** While storage fails. */
    static Duration failure(int tries, LongUnaryOperator jitter) {
        return growing(500, tries, 10_000, jitter);
    }

    private static Duration growing(long first, int tries, long limit, LongUnaryOperator jitter) {
        return jittered(Math.min(limit, first << Math.min(tries, 16)), jitter);
    }

    private static Duration jittered(long millis, LongUnaryOperator jitter) {
        long quarter = Math.max(1, millis / 4);
        return Duration.ofMillis(millis - quarter + jitter.applyAsLong(2 * quarter));
    }
}
