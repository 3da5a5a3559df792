package io.fleetcron.config.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Fires whenever one of its parts does; parts that fire at the same instant make one fire. */
record UnionSchedule(List<Schedule> parts) implements Schedule {

    UnionSchedule {
        parts = List.copyOf(parts);
    }

    @Override
    public Optional<Instant> next(Instant after) {
        return parts.stream().flatMap(part -> part.next(after).stream()).min(Instant::compareTo);
    }

    /** Independent of the order of the parts. */
    @Override
    public String canonical() {
        return parts.stream().map(Schedule::canonical).distinct().sorted().collect(Collectors.joining(" | "));
    }
}
