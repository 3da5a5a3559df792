package io.fleetcron.virtual;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.run.Run;
import io.fleetcron.run.RunLauncher;
import io.fleetcron.run.RunPlace;
import io.fleetcron.run.RunSpec;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/** Starts simulated runs for one agent, and finds those of an earlier one. */
final class VirtualLauncher implements RunLauncher {
    private final VirtualHost host;
    private final VirtualProcess agent;

    VirtualLauncher(VirtualHost host, VirtualProcess agent) {
        this.host = host;
        this.agent = agent;
    }

    @Override
    public RunPlace reserve() throws IOException {
        if (!host.world().plants(Plant.SICK_UNNOTICED)) {
            refuseIfSick();
        }
        return () -> {};
    }

    @Override
    public boolean startsProcesses() {
        return !host.isSick() || host.world().plants(Plant.SICK_UNNOTICED);
    }

    @Override
    public Run start(RunSpec spec, RunPlace place) throws IOException {
        refuseIfSick();
        VirtualRun run = new VirtualRun(
                host,
                spec,
                host.described(spec.lock().descriptor()),
                spec.lock().slot().map(slot -> host.described(slot.descriptor())));
        run.attach(agent);
        host.runs().add(run);
        host.world().starts(host);
        host.world().time().sleep(host.world().random(VirtualWorld.millis(5)));
        run.begin();
        return run;
    }

    @Override
    public Run refuse(RunId id, Instant started, String reason) throws IOException {
        refuseIfSick();
        return VirtualRun.refused(host, id, started, new RunEnd(Outcome.FAILED, OptionalInt.of(REFUSED), 0, started));
    }

    @Override
    public List<Run> survivors() {
        List<VirtualRun> found =
                host.runs().stream().filter(VirtualRun::isOrphan).toList();
        found.forEach(run -> run.attach(agent));
        return List.copyOf(found);
    }

    private void refuseIfSick() throws IOException {
        if (host.isSick()) {
            throw new IOException("a run's directory cannot be made: No space left on device; make room in state_dir");
        }
    }
}
