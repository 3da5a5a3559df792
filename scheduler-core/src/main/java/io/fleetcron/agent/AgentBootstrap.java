package io.fleetcron.agent;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.Shadow;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.host.AgentDirectories;
import io.fleetcron.host.BootRecord;
import io.fleetcron.host.HostBoot;
import io.fleetcron.host.OwnSchedules;
import io.fleetcron.host.ServiceManager;
import io.fleetcron.host.StartException;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.membership.FleetFile;
import io.fleetcron.membership.Membership;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import io.fleetcron.storage.StorageHealth;
import io.fleetcron.timing.QuartzTiming;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Joins the parts into a running agent. */
public final class AgentBootstrap {

    private final InstantSource wallClock;
    private final ServiceManager manager;
    private final Supplier<HostBoot> host;

    /**
     * @param wallClock this host's own clock
     */
    public AgentBootstrap(InstantSource wallClock) {
        this(wallClock, ServiceManager.NONE);
    }

    /**
     * @param wallClock this host's own clock
     * @param manager gets the agent's state
     */
    public AgentBootstrap(InstantSource wallClock, ServiceManager manager) {
        this(wallClock, manager, HostBoot::now);
    }

    /**
     * @param wallClock this host's own clock
     * @param manager gets the agent's state
     * @param host tells which boot of this host it is
     */
    public AgentBootstrap(InstantSource wallClock, ServiceManager manager, Supplier<HostBoot> host) {
        this.wallClock = wallClock;
        this.manager = manager;
        this.host = host;
    }

    /**
     * Starts an agent.
     *
     * @param wanted an instance id that goes before the configured one
     * @throws StartException if the guarantee would not hold here
     */
    public Agent start(FleetConfig config, Optional<String> wanted) throws StartException {
        return start(config, wanted, FleetFile.Use.RUNS);
    }

    /**
     * Starts an agent that claims and records the fires of a fleet's {@link Shadow}, and starts nothing.
     *
     * @param fleet the configuration of the fleet itself
     * @param wanted an instance id that goes before the configured one
     * @throws StartException if an agent of the fleet could not start here either
     */
    public Agent startShadow(FleetConfig fleet, Optional<String> wanted) throws StartException {
        FleetConfig shadow = Shadow.of(fleet);
        // The fleet's own directory first: a folder made where the share is not mounted would be anything but shared.
        AgentDirectories checked = AgentDirectories.prepare(fleet, ThisHost.instance(fleet, wanted));
        try {
            new DirectFiles(checked.shared(), checked.direct())
                    .createDirectories(
                            checked.layout().root().resolve(shadow.sharedDir().getFileName()));
        } catch (StorageException e) {
            throw new StartException(List.of(String.valueOf(e.getMessage())));
        }
        return start(shadow, wanted, FleetFile.Use.SHADOW);
    }

    private Agent start(FleetConfig config, Optional<String> wanted, FleetFile.Use use) throws StartException {
        String instance = ThisHost.instance(config, wanted);
        Identity identity = Identity.here(instance);
        Optional<String> misplaced = ThisHost.misplacedState(config);
        if (misplaced.isPresent()) {
            throw new StartException(List.of(misplaced.get()));
        }
        AgentDirectories checked = AgentDirectories.prepare(config, instance);
        try {
            onlyAgentOf(checked, instance);
            AgentDirectories place = checked.takeOverLocks();
            AgentParts parts = AgentParts.ofAgent(config, place, identity, wallClock, use);
            parts.instance().members().learnTime();
            refuseRival(parts.instance().members(), identity, place);
            parts.instance().members().beat();
            parts.instance()
                    .members()
                    .clockFault()
                    .ifPresent(fault -> parts.shared().health().failed(StorageHealth.Kind.CLOCK, fault));
            Agent agent = new Agent(
                    parts, listener -> QuartzTiming.start(parts.instance().clock(), listener), manager);
            agent.start(
                    config,
                    BootRecord.learn(place.state(), host.get(), parts.instance().clock(), config),
                    new OwnSchedules(
                            new DirectFiles(new SharedRoot(place.state()), false),
                            place.state().resolve(OwnSchedules.FOLDER),
                            parts.loop().lock()));
            return agent;
        } catch (IOException e) {
            throw new StartException(List.of(String.valueOf(e.getMessage())));
        }
    }

    /** Held until this process ends. */
    private static void onlyAgentOf(AgentDirectories place, String instance) throws IOException, StartException {
        Optional<HeldLock> held =
                new FlockDirectory(place.state(), false).file("agent.lock").tryLock();
        if (held.isEmpty()) {
            throw new StartException(List.of("an agent for instance " + instance + " runs on this host already ("
                    + place.state() + " is in use). Stop it first, or give this one another --instance"));
        }
    }

    private static void refuseRival(Membership members, Identity identity, AgentDirectories place)
            throws IOException, StartException {
        // An earlier version does not report its locks, and has its own for each instance: it is left to end.
        Predicate<Member> separate = other -> other.localLocks().isPresent()
                && place.locals().conflict(identity, other).isPresent();
        Optional<Member> rival =
                members.rivals(identity, place.direct(), separate).find();
        if (rival.isPresent()) {
            throw new StartException(List.of(reason(rival.get(), identity, place)));
        }
    }

    private static String reason(Member rival, Identity identity, AgentDirectories place) {
        String who = "host " + rival.host() + ", process " + rival.pid();
        if (rival.instance().equals(identity.instance())) {
            return "instance id " + identity.instance() + " is in use (" + who
                    + "). Every instance needs an id of its own:" + " set `instance`, --instance or the host's name";
        }
        return place.locals()
                .conflict(identity, rival)
                .orElseGet(
                        () -> "another host is named " + identity.host() + ", too (instance " + rival.instance() + ", "
                                + who
                                + "). NFS takes hosts of one name for one client, and neither keeps its locks: give each host"
                                + " a name of its own");
    }
}
