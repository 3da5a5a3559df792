package io.fleetcron.run;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a run may use at most. Immutable.
 *
 * @param memory bytes
 * @param cpu processors
 * @param tasks processes and threads at one time
 */
public record ResourceLimits(OptionalLong memory, OptionalDouble cpu, OptionalInt tasks) {
    /** As much as there is. */
    public static final ResourceLimits NONE =
            new ResourceLimits(OptionalLong.empty(), OptionalDouble.empty(), OptionalInt.empty());
}
