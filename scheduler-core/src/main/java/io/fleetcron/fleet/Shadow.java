package io.fleetcron.fleet;

import io.fleetcron.config.Delivery;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.FleetConfig.Share;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Metrics;
import io.fleetcron.config.Notices;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The fleet that only records what it would run. It has the same jobs on the same hosts, but directories of its own, in which
 * no agent that runs anything ever looks, and notifies nobody. Stateless.
 */
public final class Shadow {

    /** Its folder in the shared directory. */
    private static final String FOLDER = "shadow";

    /** Its folder in each host's state directory; no instance can have this name. */
    private static final String STATE = "@shadow";

    private Shadow() {}

    /** That of a fleet. */
    public static FleetConfig of(FleetConfig fleet) {
        Map<String, JobDefinition> jobs = new LinkedHashMap<>();
        fleet.jobs().forEach((name, job) -> jobs.put(name, job.with(job.policy().notifying(Notices.NONE))));
        return new FleetConfig(
                fleet.file(),
                new Share(fleet.sharedDir().resolve(FOLDER), fleet.storage(), fleet.lease()),
                Optional.of(ThisHost.stateRoot(fleet).resolve(STATE)),
                fleet.instance(),
                fleet.labels(),
                fleet.maxRunning(),
                fleet.output(),
                new Delivery(fleet.sendmail(), Map.of(), Optional.empty(), Optional.empty()),
                Metrics.NONE,
                fleet.reload(),
                jobs);
    }
}
