package io.fleetcron.config.schedule;

import java.time.Instant;
import java.util.Optional;

/**
 * {@code @reboot}: no time of any clock, but once per boot of a host.
 *
 * @param boot the instant that stands for the present boot of the host in question, where that is known
 */
record RebootSchedule(Optional<Instant> boot) implements Schedule {

    @Override
    public Optional<Instant> next(Instant after) {
        return boot.filter(instant -> instant.isAfter(after));
    }

    /** Whichever boot it is: the schedule is the same. */
    @Override
    public String canonical() {
        return "@reboot";
    }
}
