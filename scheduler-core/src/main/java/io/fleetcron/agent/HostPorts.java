package io.fleetcron.agent;

import io.fleetcron.command.CgroupParents;
import io.fleetcron.command.CommandResolver;
import io.fleetcron.command.HostUsers;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.MemberTableReader;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.host.AgentDirectories;
import io.fleetcron.host.SystemTime;
import io.fleetcron.ledger.file.LedgerMemory;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.loop.EventLoop;
import io.fleetcron.loop.ThreadedEventLoop;
import io.fleetcron.metrics.AgentMetrics;
import io.fleetcron.run.RunLauncher;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.ServerLease;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedRoot;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What an agent's parts stand on: clocks, threads, storage, processes and users of a host, real or simulated.
 *
 * @param time this host's own time
 * @param wallClock what this host shows as its time, which a test may falsify for a real host
 * @param loop the thread of decisions and those that may block
 * @param layout the shared directory
 * @param files its small files
 * @param locks its locks beside those of jobs
 * @param shared the ledgers of the fleet's jobs
 * @param state this instance's directory on this host
 * @param local the ledgers of jobs that run on every host
 * @param localPlace names the directory of these
 * @param launcher starts runs
 * @param commands what a command gets on this host
 */
record HostPorts(
        HostTime time,
        InstantSource wallClock,
        EventLoop loop,
        SharedLayout layout,
        SharedFiles files,
        FleetLocks locks,
        Ledgers shared,
        StateDirectory state,
        Ledgers local,
        String localPlace,
        RunLauncher launcher,
        CommandResolver commands) {

    /**
     * Locks of the shared directory that are not those of jobs.
     *
     * @param members the one under which instances take their places among the members
     * @param table decodes the table of these places
     * @param groups the slots of jobs that must not run together
     */
    record FleetLocks(LockDirectory members, MemberTableReader table, LockDirectory groups) {}

    /**
     * A directory of ledgers.
     *
     * @param locks the files
     * @param lease how long their server keeps a silent client's locks
     * @param memory what this instance has seen of them
     */
    record Ledgers(LockDirectory locks, ServerLease lease, LedgerMemory memory) {}

    /** A directory on this host, and the small files in it. */
    record StateDirectory(Path path, SharedFiles files) {}

    /** The same with each operation on the shared directory timed. */
    HostPorts timed(AgentMetrics metrics) {
        return new HostPorts(
                time,
                wallClock,
                loop,
                layout,
                metrics.timed(files),
                new FleetLocks(metrics.timed(locks.members), locks.table, metrics.timed(locks.groups)),
                new Ledgers(metrics.timed(shared.locks), shared.lease, shared.memory),
                state,
                local,
                localPlace,
                launcher,
                commands);
    }

    /** Those of the host that this process runs on. */
    static HostPorts real(AgentDirectories place, Identity identity, InstantSource wallClock, RunLauncher launcher) {
        Path state = place.state();
        return new HostPorts(
                new SystemTime(),
                wallClock,
                new ThreadedEventLoop(),
                place.layout(),
                new DirectFiles(place.shared(), place.direct()),
                new FleetLocks(place.memberLocks(), new MemberTableReader(), place.groupLocks()),
                new Ledgers(
                        place.sharedLocks(),
                        place.lease(),
                        LedgerMemory.load(
                                state.resolve("ledgers.json"), place.layout().jobs(), place.direct())),
                new StateDirectory(state, new DirectFiles(new SharedRoot(state), false)),
                new Ledgers(
                        place.localLocks(),
                        ServerLease.none(),
                        LedgerMemory.load(
                                state.resolve("local-ledgers.json"),
                                place.locals().directory(),
                                false)),
                place.locals().place(),
                launcher,
                new CommandResolver(
                        HostUsers.rememberingSelf(HostUsers.REAL),
                        CgroupParents.here(System.getenv()),
                        identity.host()));
    }
}
