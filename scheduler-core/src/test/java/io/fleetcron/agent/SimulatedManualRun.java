package io.fleetcron.agent;

import io.fleetcron.byhand.ManualRun;
import io.fleetcron.claim.ActiveDefinition;
import io.fleetcron.claim.JobLock;
import io.fleetcron.claim.ManualStarts;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.fleet.Beside;
import io.fleetcron.fleet.Identity;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** A person's {@code fleetcron run} on a simulated host: as {@link ManualRun}, without the terminal. */
public final class SimulatedManualRun {
    private final AgentParts parts;
    private final JobLock look;

    /** Blocks on storage. */
    public SimulatedManualRun(SimulatedAgent.Ports ports, Identity identity, FleetConfig config, String job)
            throws IOException {
        parts = AgentParts.of(
                config, SimulatedAgent.hostPorts(ports, identity, config), identity, Beside.process(identity.pid()));
        parts.instance().members().learnTime();
        parts.instance().members().observe();
        JobDefinition wanted = Objects.requireNonNull(config.jobs().get(job));
        ActiveDefinition definition =
                new ActiveDefinition(wanted, parts.instance().clock().instant(), Optional.empty());
        look = new JobLock(parts.instance(), parts.lane(wanted.policy().runOn()), () -> definition, run -> {});
    }

    /** Claims and runs, unless the job runs already. Blocks until the run's end. */
    public void run() throws IOException {
        look.runNow(ManualStarts.here(), settled -> {});
        look.close();
        parts.shared().history().flush();
    }
}
