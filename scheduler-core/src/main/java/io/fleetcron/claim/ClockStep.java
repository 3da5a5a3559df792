package io.fleetcron.claim;

import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.membership.Membership;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A step of the fleet's time, or of this host's clock, by which timers wait. What comes due around it may be handed over by
 * no timer, and what was settled before it may lie ahead of the fleet's time.
 *
 * @param size of which length
 * @param shift by how much of it the fleet's time was set, as against this host's boot-time clock; negative if back
 */
public record ClockStep(Duration size, Duration shift) {

    /** Quartz keeps time within that. */
    private static final Duration NOTICED = Duration.ofMillis(50);

    /** Beyond that the ledgers themselves must be read. */
    private static final Duration SMALL = Duration.ofMinutes(1);

    /** From one skew to another. */
    public static ClockStep between(Duration before, Duration after) {
        return new ClockStep(after.minus(before).abs(), Duration.ZERO);
    }

    /** From one reading of the fleet's time at something that stays the same to another. */
    public static ClockStep between(Instant before, Instant after) {
        Duration step = Duration.between(before, after);
        return new ClockStep(step.abs(), step);
    }

    /** As long as the longer of the two. */
    public ClockStep or(ClockStep other) {
        return new ClockStep(longer(size, other.size), longer(shift, other.shift));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.abs().compareTo(b.abs()) < 0 ? b : a;
    }

    /** True if timers must be set again. */
    public boolean matters() {
        return size.compareTo(NOTICED) > 0;
    }

    /** True if {@link #missed} finds all that no timer hands over: no ledger needs to be read for the step's sake. */
    boolean isSmall() {
        return size.compareTo(SMALL) <= 0;
    }

    /** The newest scheduled time that came due at the step or since the clocks were compared before it. */
    Optional<Instant> missed(Schedule schedule, Instant now) {
        Instant from = now.minus(size).minus(Membership.INTERVAL.multipliedBy(3));
        Optional<Instant> newest = Optional.empty();
        Optional<Instant> next = schedule.next(from);
        while (next.isPresent() && !next.get().isAfter(now)) {
            newest = next;
            next = schedule.next(next.get());
        }
        return newest;
    }
}
