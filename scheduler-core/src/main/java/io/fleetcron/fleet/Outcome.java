package io.fleetcron.fleet;

import java.util.Locale;
import java.util.Optional;

/** How a run ended, and how a fire was settled. */
public enum Outcome {
    /** The command's last attempt ended with status 0. */
    SUCCEEDED,
    /** The command's last attempt ended with another status, or could not be started. */
    FAILED,
    /** The command's last attempt was ended at its time limit. */
    TIMED_OUT,
    /** The run was ended on request, or by a newer fire of a job with {@code overlap: replace}. */
    KILLED,
    /** The run's host died, or was cut off, before the end was recorded; or its supervisor disappeared without a word. */
    LOST,
    /** The run was ended because its lock was in doubt, or about to be: no ledger says so, the next claimer finds out. */
    FENCED,
    /** It came due while the job ran. */
    SKIPPED,
    /** No host could start it in time. */
    MISSED,
    /** A shadow claimed it and started nothing, see {@link Shadow}. */
    SHADOWED,
    /** An outcome of a newer version, which only that one can name. */
    OTHER;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word used in the ledger, in history and on the command line. */
    public String word() {
        return word;
    }

    /** The outcome that {@link #word} names; empty for a word that only another version knows. */
    public static Optional<Outcome> of(String word) {
        for (Outcome outcome : values()) {
            if (outcome.word().equals(word)) {
                return Optional.of(outcome);
            }
        }
        return Optional.empty();
    }

    /** True if nobody need look into it: the run succeeded, or a shadow claimed the fire. */
    public boolean isWell() {
        return this == SUCCEEDED || this == SHADOWED;
    }

    /** True if the fire was claimed for a run. */
    public boolean ran() {
        return this != SKIPPED && this != MISSED;
    }

    /** The outcome that {@link #word} names, if a ledger may record it. */
    public static Optional<Outcome> recorded(String word) {
        return of(word).filter(outcome -> outcome != FENCED);
    }
}
