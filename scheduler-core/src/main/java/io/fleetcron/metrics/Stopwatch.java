package io.fleetcron.metrics;

import io.fleetcron.storage.StorageException;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/** Times operations on storage, also those that fail. Thread-safe. */
final class Stopwatch {

    private static final double NANOS = 1e9;

    /** Kinds of operations; opening is part of the first lock or read of a file. */
    enum Operation {
        LOCK,
        UNLOCK,
        OPEN,
        READ,
        WRITE,
        LIST,
        DELETE
    }

    /** One operation. */
    interface Work<T> {
        T run() throws StorageException;
    }

    private final LongSupplier nanos;
    private final Map<Operation, DistributionDataPoint> taken = new EnumMap<>(Operation.class);

    /**
     * @param nanos a clock that only grows
     */
    Stopwatch(Histogram durations, LongSupplier nanos) {
        this.nanos = nanos;
        for (Operation operation : Operation.values()) {
            taken.put(operation, durations.labelValues(operation.name().toLowerCase(Locale.ROOT)));
        }
    }

    <T> T time(Operation operation, Work<T> work) throws StorageException {
        long began = nanos.getAsLong();
        try {
            return work.run();
        } finally {
            Objects.requireNonNull(taken.get(operation)).observe((nanos.getAsLong() - began) / NANOS);
        }
    }
}
