package io.fleetcron.fleet;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a run ended, as its supervisor saw it. Immutable.
 *
 * @param outcome what ended it
 * @param exit the last attempt's exit status, 128 + n for a command ended by signal n; empty where there is none
 * @param attempts how often the command was started
 * @param ended the fleet's time at the end
 * @param usage what it used; empty where nobody counted
 * @param reason why the command was never started, if this process found out
 */
public record RunEnd(
        Outcome outcome,
        OptionalInt exit,
        int attempts,
        Instant ended,
        Optional<RunUsage> usage,
        Optional<String> reason) {

    /** An end of which nobody counted what the run used. */
    public RunEnd(Outcome outcome, OptionalInt exit, int attempts, Instant ended) {
        this(outcome, exit, attempts, ended, Optional.empty(), Optional.empty());
    }

    /** The exit status of a run that never began, as shells have it for what cannot be executed. */
    public static final int NEVER_BEGAN = 126;

    /** The end of a run that never began: it failed. */
    public static RunEnd refused(Instant ended, String reason) {
        return new RunEnd(Outcome.FAILED, OptionalInt.of(NEVER_BEGAN), 0, ended, Optional.empty(), Optional.of(reason));
    }
}
