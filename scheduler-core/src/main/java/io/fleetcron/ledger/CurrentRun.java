package io.fleetcron.ledger;

import io.fleetcron.fleet.RunId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A run that is recorded as started. Immutable.
 *
 * @param fire the scheduled time; of a manual run, the one that is run again, or the instant it was claimed
 * @param token its fencing token
 * @param trigger what asked for it
 * @param instance the instance that claimed it
 * @param host that instance's host name
 * @param pid the process on that host that claimed it
 * @param started when it was claimed
 * @param reruns how often this fire was started before and lost
 * @param request who asked for a manual run; empty where no version that writes this has claimed it
 * @param unknown what a newer version wrote besides, as JSON by name: it is kept
 */
public record CurrentRun(
        Instant fire,
        long token,
        RunOrigin trigger,
        String instance,
        String host,
        long pid,
        Instant started,
        int reruns,
        Optional<ManualRequest> request,
        Map<String, String> unknown) {

    public CurrentRun {
        unknown = Map.copyOf(unknown);
    }

    /** Which run it is, of that job. */
    public RunId id(String job) {
        return new RunId(job, fire, token, instance);
    }

    CurrentRun with(ManualRequest by) {
        return new CurrentRun(fire, token, trigger, instance, host, pid, started, reruns, Optional.of(by), unknown);
    }

    /** A run of this version. */
    public CurrentRun(
            Instant fire,
            long token,
            RunOrigin trigger,
            String instance,
            String host,
            long pid,
            Instant started,
            int reruns) {
        this(fire, token, trigger, instance, host, pid, started, reruns, Optional.empty(), Map.of());
    }
}
