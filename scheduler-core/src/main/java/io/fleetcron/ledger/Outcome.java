package io.fleetcron.ledger;

import java.util.Locale;
import java.util.Optional;

/** How a fire was settled. */
public enum Outcome {
    /** The command's last attempt ended with status 0. */
    SUCCEEDED,
    /** The command's last attempt ended with another status, or could not be started. */
    FAILED,
    /** The command's last attempt was ended at its time limit. */
    TIMED_OUT,
    /** The run was ended on request, or by a newer fire of a job with {@code overlap: replace}. */
    KILLED,
    /** The run's host died, or was cut off, before the end was recorded. */
    LOST,
    /** It came due while the job ran. */
    SKIPPED,
    /** No host could start it in time. */
    MISSED,
    /** An outcome of a newer version, which only that one can name. */
    OTHER;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word used in the ledger, in history and on the command line. */
    public String word() {
        return word;
    }

    /** The outcome that {@link #word} names. */
    public static Optional<Outcome> of(String word) {
        for (Outcome outcome : values()) {
            if (outcome.word().equals(word)) {
                return Optional.of(outcome);
            }
        }
        return Optional.empty();
    }

    /** True if the fire was started. */
    public boolean ran() {
        return this != SKIPPED && this != MISSED;
    }
}
