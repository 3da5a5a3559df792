package io.fleetcron.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * The fleet's time: the clock of the server that holds the shared directory, as this host can know it. Hosts whose own
 * clocks differ by minutes agree on it within the time of one write.
 *
 * <p>A sample is the modification time that the server gave to a file, and the boot-time clock after that write came
 * back. The server's clock cannot have been later than that at the time, so the largest difference of the last minute
 * is the best estimate, and it is never early: no fire is claimed before its scheduled time by the server's clock.
 * Between samples, time passes by the boot-time clock; setting this host's wall clock changes nothing. Without a sample
 * it is this host's own clock. Thread-safe.
 */
public final class FleetClock implements InstantSource {

    private static final int SAMPLES = 12;

    private final InstantSource local;
    private final LongSupplier bootNanos;
    private final Deque<Long> samples = new ArrayDeque<>();

    /**
     * @param local this host's wall clock
     * @param bootNanos nanoseconds that never jump and pass also while the machine is suspended
     */
    public FleetClock(InstantSource local, LongSupplier bootNanos) {
        this.local = local;
        this.bootNanos = bootNanos;
    }

    /** Nanoseconds of the boot-time clock, to be taken when a write has come back. */
    public long bootNanos() {
        return bootNanos.getAsLong();
    }

    /**
     * Learns the server's time.
     *
     * @param server the modification time of a file just written
     * @param bootNanosAfter {@link #bootNanos} after the write came back
     */
    public synchronized void observe(Instant server, long bootNanosAfter) {
        if (samples.size() == SAMPLES) {
            samples.removeFirst();
        }
        long sample = nanos(server) - bootNanosAfter;
        // The server's clock was set back: what it said before is no guide any more.
        samples.removeIf(earlier -> earlier - sample > Duration.ofSeconds(1).toNanos());
        samples.addLast(sample);
    }

    /** The fleet's time in whole milliseconds, rounded down. */
    @Override
    public Instant instant() {
        return exactly().truncatedTo(ChronoUnit.MILLIS);
    }

    private synchronized Instant exactly() {
        return samples.stream()
                .max(Long::compare)
                .map(base -> Instant.EPOCH.plusNanos(base + bootNanos.getAsLong()))
                .orElseGet(local::instant);
    }

    /** How far this host's own clock is ahead of the fleet's; negative if it is behind. */
    public Duration skew() {
        return Duration.between(instant(), local.instant());
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
