package io.fleetcron.observe;

import io.fleetcron.control.ControlTable;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The shared directory at one moment. Immutable.
 *
 * @param now the time that ages count from
 * @param serverClock whether that is the server's; else it is this host's
 * @param instances every instance that has a slot in the member table
 * @param ledgers by job, also of jobs that are not configured any more
 * @param controls what people ask of the fleet
 */
public record FleetView(
        Instant now,
        boolean serverClock,
        List<SeenInstance> instances,
        Map<String, SeenLedger> ledgers,
        ControlTable.Found controls) {

    public FleetView {
        instances = List.copyOf(instances);
        ledgers = Map.copyOf(ledgers);
    }

    /** What is recorded as started on these ledgers and not as settled, oldest first. */
    public List<SeenRun> running() {
        return running(ledgers.values());
    }

    /** See {@link #running()}; of ledgers that are kept elsewhere. */
    public List<SeenRun> running(Collection<SeenLedger> others) {
        return others.stream()
                .flatMap(ledger -> ledger.run().stream().map(run -> SeenRun.of(ledger, run, isAlive(run.instance()))))
                .sorted(Comparator.comparing(SeenRun::started)
                        .thenComparing(seen -> seen.run().job()))
                .toList();
    }

    /** True if that instance has shown signs of life recently. */
    public boolean isAlive(String instance) {
        return instances.stream()
                .anyMatch(seen -> seen.alive() && seen.member().instance().equals(instance));
    }
}
