package io.fleetcron.config.schedule;

import java.time.Instant;
import java.util.Optional;

/** Another schedule, each of its times moved later by the same number of seconds. */
record SplayedSchedule(Schedule base, int seconds) implements Schedule {

    @Override
    public Optional<Instant> next(Instant after) {
        Instant moved = after.isBefore(Instant.EPOCH) ? after : after.minusSeconds(seconds);
        return base.next(moved).map(time -> time.plusSeconds(seconds));
    }

    @Override
    public String canonical() {
        return base.canonical() + " splay +" + seconds + "s";
    }
}
