package io.fleetcron.fleet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The fleet's time: the clock of the server that holds the shared directory, as this host can know it. Hosts whose own
 * clocks differ by minutes agree on it within the time of one write.
 *
 * <p>A sample is the modification time that the server gave to a file, and the boot-time clock after that write came
 * back. The server's clock cannot have been earlier than that at the time, so the largest difference of the last samples
 * is the best estimate, and it is never early: no fire is claimed before its scheduled time by the server's clock.
 * Between samples, time passes by the boot-time clock, as slowly as that may run against the server's; setting this
 * host's wall clock changes nothing. Without a sample it is this host's own clock. Thread-safe.
 */
public final class FleetClock implements InstantSource {

    private static final int SAMPLES = 12;

    /** Of so much time, a clock may be wrong by a unit: Linux corrects one by 500 ppm at most, adjtimex(2). */
    private static final long DRIFT = 2_000;

    /** File systems take the time of the kernel's last tick: by so much it may lie behind the server's clock. */
    private static final long TICK = Duration.ofMillis(10).toNanos();

    private final InstantSource local;
    private final LongSupplier bootNanos;
    private final Deque<Sample> samples = new ArrayDeque<>();
    /**
     * The largest of the samples' least and the smallest of their most, if there are any, as if taken when the boot-time
     * clock was zero: each widens alike as time passes, so that the best one stays the best. Every fire asks often.
     */
    private @Nullable Long least;

    private @Nullable Long most;

    /**
     * What one write tells of the difference between the server's clock and the boot-time clock.
     *
     * @param least it was not smaller when the time came back
     * @param after that moment
     * @param most it was not larger when the write began
     * @param before that moment
     */
    private record Sample(long least, long after, long most, long before) {
        long leastAtZero() {
            return least + after / DRIFT;
        }

        long mostAtZero() {
            return most - before / DRIFT;
        }

        /** One of the two clocks has been set, or stood still, since an earlier sample that cannot be true beside this. */
        boolean contradicts(Sample earlier) {
            long widened = 2 * (after / DRIFT) + TICK;
            return earlier.leastAtZero() - mostAtZero() > widened || leastAtZero() - earlier.mostAtZero() > widened;
        }
    }

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
     * @param bootNanosBefore {@link #bootNanos} before the write began
     * @param bootNanosAfter {@link #bootNanos} after the time came back
     */
    public synchronized void observe(Instant server, long bootNanosBefore, long bootNanosAfter) {
        if (samples.size() == SAMPLES) {
            samples.removeFirst();
        }
        Sample sample = new Sample(
                nanos(server) - bootNanosAfter, bootNanosAfter, nanos(server) - bootNanosBefore, bootNanosBefore);
        samples.removeIf(sample::contradicts);
        samples.addLast(sample);
        least = samples.stream().mapToLong(Sample::leastAtZero).max().getAsLong();
        most = samples.stream().mapToLong(Sample::mostAtZero).min().getAsLong();
    }

    /** The fleet's time in whole milliseconds, rounded down. */
    @Override
    public Instant instant() {
        return exactly().truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * A time that the server's clock has not passed yet, however long the writes took: for whoever must not be early
     * where {@link #instant} may be late.
     */
    public synchronized Instant latest() {
        long boot = bootNanos.getAsLong();
        return most == null ? local.instant() : Instant.EPOCH.plusNanos(most + boot + boot / DRIFT);
    }

    private synchronized Instant exactly() {
        long boot = bootNanos.getAsLong();
        return least == null ? local.instant() : Instant.EPOCH.plusNanos(least + boot - boot / DRIFT);
    }

    /** How far this host's own clock is ahead of the fleet's; negative if it is behind. */
    public Duration skew() {
        return Duration.between(instant(), local.instant());
    }

    /** The fleet's time when this host's boot-time clock was zero. It stays the same until the server's clock is set. */
    public Instant atBoot() {
        return exactly().minusNanos(bootNanos.getAsLong());
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
