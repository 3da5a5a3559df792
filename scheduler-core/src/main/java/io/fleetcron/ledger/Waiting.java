package io.fleetcron.ledger;

import java.time.Instant;

/**
 * A fire that is due, but waits while its group has as many runs as it may have. It stays due until it is claimed or it is
 * too late for it. Immutable.
 *
 * @param fire its scheduled time
 * @param group the group's name
 * @param since when an instance first found the group full for a fire of the job, since whose last run
 * @param instance the one that tries again soonest
 */
public record Waiting(Instant fire, String group, Instant since, String instance) {

    private static final String BEFORE_NAME = "group ";
    private static final String AFTER_NAME = " was full";

    /** Why the fire was never started. */
    String reason() {
        return BEFORE_NAME + group + AFTER_NAME;
    }

    /** Whether that is why a fire was never started. */
    public static boolean explains(String reason) {
        return reason.startsWith(BEFORE_NAME) && reason.endsWith(AFTER_NAME);
    }
}
