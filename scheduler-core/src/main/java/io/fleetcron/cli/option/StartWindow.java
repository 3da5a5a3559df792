package io.fleetcron.cli.option;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.FleetConfig.Storage;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy;
import java.time.Duration;
import java.util.Optional;

/** How long after its scheduled time a job's fire may be started, as far as the configuration here tells. */
public final class StartWindow {

    /** That of an NFS server of Linux; the mount is not asked. */
    private static final Duration USUAL_LEASE = Duration.ofSeconds(90);

    private StartWindow() {}

    public static Duration of(FleetConfig loaded, String job) {
        RunPolicy policy = Optional.ofNullable(loaded.jobs().get(job))
                .map(JobDefinition::policy)
                .orElse(RunPolicy.USUAL);
        Optional<Duration> lease = loaded.storage() == Storage.LOCAL
                ? Optional.empty()
                : Optional.of(loaded.lease().orElse(USUAL_LEASE));
        Duration tolerance = policy.tolerance(lease);
        Duration within = policy.catchUp().within();
        return within.compareTo(tolerance) > 0 ? within : tolerance;
    }
}
