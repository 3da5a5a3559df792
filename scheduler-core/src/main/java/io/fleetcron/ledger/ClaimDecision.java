package io.fleetcron.ledger;

import io.fleetcron.fleet.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What to do under the lock.
 *
 * @param record the ledger with all that is settled now, and the fire that is owed until it is claimed; equal to the one
 *     read if nothing changed
 * @param settled what was settled, in the order it happened, fire by fire: lines for history
 * @param start the fire to claim and start now
 */
public record ClaimDecision(LedgerRecord record, List<Settlement> settled, Optional<Start> start) {

    public ClaimDecision {
        settled = List.copyOf(settled);
    }

    /** The ledger when a person starts the job by hand instead: {@link #start} stays owed. */
    public LedgerRecord postponed(Instant now) {
        if (start.isEmpty() || record.owed().isPresent()) {
            return record;
        }
        return record.withOwed(start.map(s -> new Owed(s.fire(), Owed.Why.DUE, now, s.reruns())));
    }

    /** Why a person cannot run that fire again: it may still be started by itself, or is running. */
    public Optional<String> mayStillStart(Instant fire) {
        boolean open = fire.isAfter(record.settled())
                || record.owed().filter(owed -> owed.fire().equals(fire)).isPresent();
        return open
                ? Optional.of("fire " + fire + " is not settled yet: it may still be started by itself")
                : Optional.empty();
    }

    /**
     * What is to be started stays due: its group has as many runs as it may have. The record is only another one where it
     * did not say so before.
     *
     * @param instance who tries again soonest, if the one that the record names does not
     * @param tries whether the one that the record names still tries
     */
    public ClaimDecision waiting(String group, String instance, Predicate<String> tries, Instant now) {
        Instant fire = start.orElseThrow().fire();
        Optional<Waiting> known =
                record.waiting().filter(waiting -> waiting.group().equals(group));
        if (known.filter(waiting -> waiting.fire().equals(fire) && tries.test(waiting.instance()))
                .isPresent()) {
            return this;
        }
        Instant since = known.map(Waiting::since).orElse(now);
        return new ClaimDecision(record.with(new Waiting(fire, group, since, instance)), settled, start);
    }

    /**
     * What is to be started is settled as missed, since no host may run it. A rerun is not: it is on record as lost.
     *
     * @param why in one line
     * @param instance who decides
     */
    public ClaimDecision missed(String why, String instance, Instant now) {
        Start start = this.start.orElseThrow();
        LedgerRecord without = record.withOwed(Optional.empty());
        if (start.reruns() > 0) {
            return new ClaimDecision(without.settledUpTo(start.fire()), settled, Optional.empty());
        }
        Settlement missed =
                Settlement.unrun(start.fire(), Outcome.MISSED, Optional.of(why), instance, record.token(), now);
        List<Settlement> all = new ArrayList<>(settled);
        all.add(missed);
        return new ClaimDecision(without.with(missed, start.fire()), all, Optional.empty());
    }

    /**
     * A fire to start.
     *
     * @param fire its scheduled time
     * @param reruns how often it was started before and lost
     */
    public record Start(Instant fire, int reruns) {}
}
