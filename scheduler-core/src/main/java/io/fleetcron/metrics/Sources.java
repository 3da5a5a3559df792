package io.fleetcron.metrics;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.ledger.LeftOut;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What is asked for whenever metrics are written down: each answers at once, from memory.
 *
 * @param clock the fleet's time
 * @param shared whether the shared directory does what is asked of it
 * @param local whether this host's own directory does
 * @param clockOffset how far this host's clock is ahead of the shared directory's
 * @param instances how many instances there are by state
 * @param definitions how many different sets of definitions live instances have
 * @param paused whether somebody has paused that job
 * @param leftOut which fires of a job nobody is to start by now; empty while this instance does not know the time or what
 *     people ask
 */
public record Sources(
        InstantSource clock,
        BooleanSupplier shared,
        BooleanSupplier local,
        Supplier<Duration> clockOffset,
        Supplier<Map<InstanceState, Integer>> instances,
        IntSupplier definitions,
        Predicate<JobDefinition> paused,
        BiFunction<JobDefinition, Instant, Optional<LeftOut>> leftOut) {

    /** Those of an agent that is being put together. */
    static Sources none(InstantSource clock) {
        return new Sources(
                clock,
                () -> true,
                () -> true,
                () -> Duration.ZERO,
                Map::of,
                () -> 0,
                job -> false,
                (job, now) -> Optional.empty());
    }

    /** How an instance is, by the member table. */
    public enum InstanceState {
        /** It claims fires. */
        OK,
        /** It reports that something is wrong. */
        DEGRADED,
        /** It claims nothing: its host cannot run anything, or it is drained. */
        UNFIT,
        /** It was not stopped, and is not heard of any more. */
        SILENT
    }
}
