package io.fleetcron.run;

import java.time.Duration;

/**
 * What a run's processes used, all attempts together. Immutable.
 *
 * @param user processor time in the programs themselves
 * @param system processor time in the kernel for them
 * @param memoryPeak bytes: of the whole run where a control group counts its memory, else of its largest process
 */
public record RunUsage(Duration user, Duration system, long memoryPeak) {}
