package io.fleetcron.agent;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before looking at a lock. Every wait is jittered, so that hosts do not look in step. */
final class Backoff {

    /** While this instance runs as many jobs as it may. */
    static final Duration FULL = Duration.ofMillis(500);
    /** While a ledger waits for a person. */
    static final Duration CORRUPT = Duration.ofMinutes(5);

    private static final long STEP_MILLIS = 200;

    private Backoff() {}

    /** Before the first look at a fire: rank 0 at once, each further rank one step later. */
    static Duration turn(int rank) {
        return rank == 0 ? Duration.ZERO : jittered(rank * STEP_MILLIS);
    }

    /** Before the look without a fire after a start: members one after the other, jobs spread over a second. */
    static Duration spread(int rank) {
        return Duration.ofMillis(rank * 1000L + ThreadLocalRandom.current().nextInt(1000));
    }

    /** While a fire is open and its lock is held: soon, then less often. */
    static Duration retry(int tries) {
        return growing(100, tries, 5_000);
    }

    /** While a run goes on elsewhere. */
    static Duration watch(int tries) {
        return growing(1_000, tries, 20_000);
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
