package io.fleetcron.config;

import java.time.Duration;
import java.util.Optional;

/**
 * From when on a job counts as late, although nothing has failed. Immutable.
 *
 * @param lateAfter how long after its scheduled time a fire must have started; absent means whenever
 * @param noSuccessFor how long there may be no success; absent means indefinitely
 * @param expected how long a run may take; unlike at its time limit nothing happens to it then; absent means any time
 */
public record Expectations(Optional<Duration> lateAfter, Optional<Duration> noSuccessFor, Optional<Duration> expected) {

    /** None. */
    public static final Expectations NONE = new Expectations(Optional.empty(), Optional.empty(), Optional.empty());
}
