package io.fleetcron.config.calendar;

import java.time.ZonedDateTime;
import java.util.Optional;

/** A set of times at which a job does not run. Immutable and pure. */
public interface Exclusion {

    /** Which part of the set has that time, as people know it; empty if it has not. */
    Optional<String> part(ZonedDateTime time);

    /** A normal form: sets with the same one have the same times. */
    String canonical();

    /** The set as it is written, for people. */
    String written();
}
