package io.fleetcron.agent;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import java.time.Instant;
import java.util.Optional;

/**
 * A job's definition and since when this instance has it.
 *
 * @param job the definition
 * @param since the fleet's time at which this instance learned of its schedule
 * @param boot the scheduled time of what this host's present boot brings about, if it does
 */
record Definition(JobDefinition job, Instant since, Optional<Instant> boot) {

    /** When it fires on this host. */
    Schedule schedule() {
        return boot.map(instant -> Schedules.onHost(job.schedule(), instant)).orElse(job.schedule());
    }
}
