package io.fleetcron.ledger;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The true end of a run, from its supervisor.
 *
 * @param token which run
 * @param fire its scheduled time
 * @param outcome how it ended
 * @param exit the last attempt's exit status
 * @param attempts how often the command was started
 * @param ended when
 * @param usage what it used, where that is known
 * @param reason why the command was never started, where that is known
 */
public record RunResult(
        long token,
        Instant fire,
        Outcome outcome,
        OptionalInt exit,
        int attempts,
        Instant ended,
        Optional<Usage> usage,
        Optional<String> reason) {

    /** Of a run whose command was started and whose usage is unknown. */
    public RunResult(long token, Instant fire, Outcome outcome, OptionalInt exit, int attempts, Instant ended) {
        this(token, fire, outcome, exit, attempts, ended, Optional.empty(), Optional.empty());
    }

    /** True if that is the run which ended so. A token alone does not tell: a ledger may have been replaced. */
    public boolean isOf(CurrentRun run) {
        return token == run.token() && fire.equals(run.fire());
    }
}
