package io.fleetcron.virtual;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.lock.LockDirectory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A simulated share for tests of its own: each agent is a process of another host. */
public final class SimulatedShare {
    private final VirtualWorld world = new VirtualWorld(1, Optional.empty(), Optional.empty());
    private int hosts;

    /** Another agent's view. */
    public LockDirectory agent() {
        FleetConfig config = VirtualFleet.config(Map.of());
        VirtualHost host = new VirtualHost(world, "host-" + hosts++, config);
        host.connect();
        return new VirtualLocks(world.server(), host.newProcess(), Path.of("/share/jobs"));
    }
}
