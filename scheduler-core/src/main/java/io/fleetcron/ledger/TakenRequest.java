package io.fleetcron.ledger;

import io.fleetcron.config.NameRules;
import io.fleetcron.json.StrictJson;
import java.time.Duration;
import java.time.Instant;

/**
 * A request for a run that some instance has claimed: no instance claims it again. Immutable.
 *
 * @param id the request's
 * @param until up to when it may be claimed
 */
public record TakenRequest(String id, Instant until) {

    /** Requests for runs of one job at a time: a ledger has room for no more. */
    public static final int MOST = 8;

    /** By so much more than they differ in the fleet's time, instances may differ in what they take for expired. */
    private static final Duration SLACK = Duration.ofMinutes(5);

    /** Whether some instance may still take it for one that can be claimed. */
    boolean matters(Instant now) {
        return now.isBefore(until.plus(SLACK));
    }

    static TakenRequest of(StrictJson json) {
        return new TakenRequest(json.name("id", NameRules::host), json.time("until"));
    }
}
