package io.fleetcron.ledger;

import java.util.Locale;

/** What asked for a run. */
public enum RunOrigin {
    /** The job's schedule. */
    SCHEDULE,
    /** A person, by {@code fleetcron run}. */
    MANUAL;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word used in the ledger and in history. */
    public String word() {
        return word;
    }
}
