package io.fleetcron.fleet;

import java.time.Duration;
import java.util.Locale;

/**
 * What a run's processes used, all attempts together. Immutable.
 *
 * @param user processor time in the programs themselves, to the millisecond
 * @param system processor time in the kernel for them, to the millisecond
 * @param memoryPeak bytes: of the whole run where a control group counts its memory, else of its largest process
 */
public record RunUsage(Duration user, Duration system, long memoryPeak) {
    private static final long MIB = 1L << 20;

    /** All of the processor time, for people: {@code 1.3s}. */
    public String processorTime() {
        return String.format(Locale.ROOT, "%.1fs", user.plus(system).toMillis() / 1000.0);
    }

    /** The memory, for people: {@code 12MiB}, rounded up. */
    public String memory() {
        return (memoryPeak + MIB - 1) / MIB + "MiB";
    }
}
