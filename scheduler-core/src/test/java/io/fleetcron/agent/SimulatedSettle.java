package io.fleetcron.agent;

import io.fleetcron.byhand.LedgerRepair;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.fleet.Beside;
import io.fleetcron.fleet.Identity;
import io.fleetcron.ledger.Repair;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** A person's {@code fleetcron settle} on a simulated host: as its command does, without the terminal. */
public final class SimulatedSettle {

    private SimulatedSettle() {}

    /**
     * Settles what is due by now. Blocks on storage.
     *
     * @param ran the newest fire that history says was started
     * @param token the highest in history
     * @return what came of it
     */
    public static String now(
            SimulatedAgent.Ports ports,
            Identity identity,
            FleetConfig config,
            String job,
            Optional<Instant> ran,
            long token)
            throws IOException {
        AgentParts parts = AgentParts.of(
                config, SimulatedAgent.hostPorts(ports, identity, config), identity, Beside.process(identity.pid()));
        parts.instance().members().learnTime();
        parts.instance().members().observe();
        JobDefinition wanted = Objects.requireNonNull(config.jobs().get(job));
        LedgerRepair repair = new LedgerRepair(parts, wanted);
        Repair.Result result = repair.settle(repair.now(), ran, token);
        parts.lane(wanted.policy().runOn()).history().flush();
        parts.shared().history().flush();
        return result.toString();
    }
}
