package io.fleetcron.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What to do under the lock.
 *
 * @param record the ledger with all that is settled now; equal to the one read if nothing changed
 * @param settled what was settled, in the order it happened, fire by fire: lines for history
 * @param start the fire to claim and start now
 */
public record Decision(LedgerRecord record, List<Settlement> settled, Optional<Start> start) {

    public Decision {
        settled = List.copyOf(settled);
    }

    /**
     * A fire to start.
     *
     * @param fire its scheduled time
     * @param reruns how often it was started before and lost
     */
    public record Start(Instant fire, int reruns) {}
}
