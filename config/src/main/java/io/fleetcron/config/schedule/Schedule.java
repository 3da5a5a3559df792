package io.fleetcron.config.schedule;

import java.time.Instant;
import java.util.Optional;

/**
 * When a job fires. Immutable and thread-safe; a pure function of its expression, its time zone and, for {@code H}, the
 * job's name, so that every host computes the same scheduled times.
 */
public interface Schedule {

    /**
     * The first scheduled time strictly later than {@code after}.
     *
     * @return empty if the schedule never fires again
     */
    Optional<Instant> next(Instant after);

    /**
     * A normal form of the expression together with its time zone. Two schedules with equal canonical forms have equal
     * scheduled times; the ledger's schedule hash is computed from it.
     */
    String canonical();
}
