package io.fleetcron.config.schedule;

import java.time.Instant;
import java.util.Optional;

/** Fires whenever the seconds since 1970-01-01T00:00Z are a multiple of the period, so that all hosts agree. */
record IntervalSchedule(long seconds) implements Schedule {

    private static final long END = 253_402_300_799L;

    @Override
    public Optional<Instant> next(Instant after) {
        long second = Math.min(END, Math.max(-1, after.getEpochSecond()));
        long next = (Math.floorDiv(second, seconds) + 1) * seconds;
        return next > END ? Optional.empty() : Optional.of(Instant.ofEpochSecond(next));
    }

    @Override
    public String canonical() {
        return "every " + seconds + "s";
    }
}
