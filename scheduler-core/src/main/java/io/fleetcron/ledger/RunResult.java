package io.fleetcron.ledger;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import java.time.Instant;

/**
 * The true end of a run, from its supervisor.
 *
 * @param token which run
 * @param fire its scheduled time
 * @param end how it ended; not {@link Outcome#FENCED}
 */
public record RunResult(long token, Instant fire, RunEnd end) {

    /** True if that is the run which ended so. A token alone does not tell: a ledger may have been replaced. */
    public boolean isOf(CurrentRun run) {
        return token == run.token() && fire.equals(run.fire());
    }
}
