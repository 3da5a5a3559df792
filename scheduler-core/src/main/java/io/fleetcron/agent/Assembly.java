package io.fleetcron.agent;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition.RunOn;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.Version;
import io.fleetcron.lock.DirectFiles;
import io.fleetcron.lock.SharedFiles;
import io.fleetcron.lock.natives.BootClock;
import io.fleetcron.run.SupervisedLauncher;
import io.fleetcron.schedule.FleetClock;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The parts of one process that claims fires, joined: an agent's, or those of {@code fleetcron run}.
 *
 * @param services what every job shares
 * @param loop the thread of decisions and those that may block
 * @param shared where jobs of the fleet have their locks
 * @param local where jobs that run on every host have theirs
 */
record Assembly(Services services, Loop loop, Lane shared, Lane local) {

    static Assembly of(FleetConfig config, Workplace place, Identity identity, InstantSource wallClock)
            throws IOException {
        FleetClock clock = new FleetClock(wallClock, BootClock::nanos);
        Loop loop = new Loop();
        SharedFiles files = new DirectFiles(place.direct());
        place.furnish(files);
        History history = new History(files, place.layout().history(identity.instance()), clock);
        Capacity capacity = new Capacity(config.maxRunning());
        StorageHealth health = new StorageHealth(place.layout().root().toString());
        Membership members = new Membership(
                files,
                place.layout().members(),
                identity.instance(),
                clock,
                definitions -> new Member(
                        identity.instance(),
                        identity.host(),
                        identity.pid(),
                        Version.current(),
                        health.problem().orElse("ok"),
                        capacity.held(),
                        definitions,
                        history.since(),
                        history.flushedUpTo()));
        Services services = new Services(
                identity,
                clock,
                members,
                history,
                new SupervisedLauncher(place.state(), identity.instance(), new NativeProcesses()),
                capacity,
                new OutputStore(files, place.layout(), identity.instance(), loop::block),
                config.outputCap());
        StorageHealth localHealth = new StorageHealth(place.state().toString());
        return new Assembly(
                services,
                loop,
                new Lane(place.sharedLocks(), true, place.lease(), health),
                new Lane(place.localLocks(), false, Optional.empty(), localHealth));
    }

    Lane lane(RunOn where) {
        return where == RunOn.ONE ? shared : local;
    }
}
