package io.fleetcron.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * Which fires are left out on purpose, though the schedule has them: they are settled as skipped, with the reason, and
 * never started. Pure; whoever decides about a fire decides it for all times that are due.
 */
@FunctionalInterface
public interface LeftOut {

    /** None. */
    LeftOut NONE = fire -> Optional.empty();

    /** Why the fire of that scheduled time is left out, in one line for people; empty if it is not. */
    Optional<String> reason(Instant fire);

    /** What this leaves out, and of the rest what the other does. */
    default LeftOut and(LeftOut other) {
        return fire -> reason(fire).or(() -> other.reason(fire));
    }
}
