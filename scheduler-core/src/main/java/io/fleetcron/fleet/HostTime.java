package io.fleetcron.fleet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * This host's own time, how to wait in it, and the chance that keeps hosts out of step: all that a test replaces to turn
 * an instance by hand. Thread-safe.
 */
public interface HostTime extends InstantSource {

    /** This host's wall clock, which may be wrong and may be set. */
    @Override
    Instant instant();

    /** Nanoseconds of a clock that nobody sets and that also passes while the machine is suspended. */
    long bootNanos();

    /** Blocks for that long. */
    void pause(Duration time) throws InterruptedException;

    /** Some number from 0 up to {@code bound}, that one excluded. */
    long jitter(long bound);
}
