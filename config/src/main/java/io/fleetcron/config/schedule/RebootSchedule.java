package io.fleetcron.config.schedule;

import java.time.Instant;
import java.util.Optional;

/** {@code @reboot}: no time of any clock; the agent fires it once per boot of its host. */
record RebootSchedule() implements Schedule {

    @Override
    public Optional<Instant> next(Instant after) {
        return Optional.empty();
    }

    @Override
    public String canonical() {
        return "@reboot";
    }
}
