package io.fleetcron.run;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a run ended, as its supervisor saw it. Immutable.
 *
 * @param how what ended it
 * @param exit the last attempt's exit status, 128 + n for a command ended by signal n; empty where there is none
 * @param attempts how often the command was started
 * @param ended the fleet's time at the end
 * @param usage what it used; empty where nobody counted
 * @param reason why the command was never started, if this process found out
 */
public record RunEnd(
        How how, OptionalInt exit, int attempts, Instant ended, Optional<RunUsage> usage, Optional<String> reason) {

    /** An end of which nobody counted what the run used. */
    public RunEnd(How how, OptionalInt exit, int attempts, Instant ended) {
        this(how, exit, attempts, ended, Optional.empty(), Optional.empty());
    }

    /** The end of a run that never began: it failed. */
    static RunEnd refused(Instant ended, String reason) {
        return new RunEnd(
                How.FAILED, OptionalInt.of(RunLauncher.REFUSED), 0, ended, Optional.empty(), Optional.of(reason));
    }

    /** What ended a run. */
    public enum How {
        /** The last attempt ended with status 0. */
        SUCCEEDED,
        /** The last attempt ended with another status, or could not be started. */
        FAILED,
        /** The last attempt was ended at its time limit. */
        TIMED_OUT,
        /** It was ended on request: by an operator, or by a newer fire of a job with {@code overlap: replace}. */
        KILLED,
        /** It was ended because the lock was, or was about to be, in doubt. */
        FENCED,
        /** The supervisor disappeared without a word; what it left running was killed. */
        VANISHED
    }
}
