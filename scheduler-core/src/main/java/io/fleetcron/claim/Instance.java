package io.fleetcron.claim;

import io.fleetcron.control.ControlView;
import io.fleetcron.fitness.Fitness;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.Identity;
import io.fleetcron.membership.DefinitionDrift;
import io.fleetcron.membership.Membership;
import io.fleetcron.run.RunLauncher;
import java.util.Optional;

/**
 * What every job of one instance shares. All of it is thread-safe.
 *
 * @param identity who this instance is
 * @param settler who settles, by the ledger: this instance, or a process beside its agent, for whose history the agent
 *     cannot vouch
 * @param clock the fleet's time
 * @param time this host's own time
 * @param members the live instances
 * @param definitions whether the hosts agree on their jobs
 * @param controls what people ask of the fleet
 * @param fitness what this host cannot run
 * @param launcher starts runs
 * @param outputCap bytes of output kept for each run
 * @param listener hears what becomes of runs and fires
 * @param steps what an orderly stop waits for
 */
public record Instance(
        Identity identity,
        String settler,
        FleetClock clock,
        HostTime time,
        Membership members,
        DefinitionDrift definitions,
        ControlView controls,
        Fitness fitness,
        RunLauncher launcher,
        long outputCap,
        RunListener listener,
        ShutdownGate steps) {

    /** Who wants this instance to claim nothing, if somebody does. */
    public Optional<String> drained() {
        return controls.drained(identity.instance(), clock.instant());
    }
}
