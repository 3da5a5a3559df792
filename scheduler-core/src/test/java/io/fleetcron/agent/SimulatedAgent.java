package io.fleetcron.agent;

import io.fleetcron.command.CgroupParents;
import io.fleetcron.command.CommandResolver;
import io.fleetcron.command.HostUsers;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.MemberTableReader;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.host.BootRecord;
import io.fleetcron.host.OwnSchedules;
import io.fleetcron.host.ServiceManager;
import io.fleetcron.ledger.file.LedgerMemory;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.loop.EventLoop;
import io.fleetcron.run.RunLauncher;
import io.fleetcron.storage.ServerLease;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.timing.Timing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A whole agent on a simulated host: begins as {@link AgentBootstrap} does, without the checks of a real host. */
public final class SimulatedAgent {

    /** What is simulated. */
    public interface Ports {
        HostTime time();

        EventLoop loop();

        SharedFiles files();

        LockDirectory locks(Path directory);

        /** What a real agent has for itself, and the simulated ones may share, since the same bytes say the same to each. */
        MemberTableReader memberTable();

        /** Of this host's own disk. */
        SharedFiles localFiles();

        /** Where the state directory is: mails wait there as real files. */
        Path state();

        /** Of this host's own disk, for jobs that run on every host. */
        LockDirectory localLocks();

        ServerLease lease();

        LedgerMemory memory();

        RunLauncher launcher();

        HostUsers users();

        Timing timing(FleetClock clock, Timing.Listener listener);
    }

    private final AgentParts parts;
    private final Agent agent;
    private final OwnSchedules own;

    public SimulatedAgent(Ports ports, Identity identity, FleetConfig config) {
        parts = AgentParts.of(config, hostPorts(ports, identity, config), identity, "");
        own = new OwnSchedules(
                ports.localFiles(),
                Path.of("/state", OwnSchedules.FOLDER),
                parts.loop().lock());
        agent = new Agent(parts, listener -> ports.timing(parts.instance().clock(), listener), ServiceManager.NONE);
    }

    static HostPorts hostPorts(Ports ports, Identity identity, FleetConfig config) {
        SharedLayout layout = new SharedLayout(config.sharedDir());
        return new HostPorts(
                ports.time(),
                ports.time(),
                ports.loop(),
                layout,
                ports.files(),
                new HostPorts.FleetLocks(
                        ports.locks(layout.members()), ports.memberTable(), ports.locks(layout.groups())),
                new HostPorts.Ledgers(ports.locks(layout.jobs()), ports.lease(), ports.memory()),
                new HostPorts.StateDirectory(ports.state(), ports.localFiles()),
                new HostPorts.Ledgers(ports.localLocks(), ServerLease.none(), LedgerMemory.ofThisProcess()),
                "here",
                ports.launcher(),
                new CommandResolver(ports.users(), CgroupParents.here(Map.of()), identity.host()));
    }

    /** Blocks until it runs. */
    public void start(FleetConfig config) throws IOException {
        parts.instance().members().learnTime();
        parts.instance().members().beat();
        agent.start(config, BootRecord.none("boot"), own);
    }

    public void reload(FleetConfig config) {
        agent.reload(config);
    }

    public void stop() {
        agent.stop();
    }
}
