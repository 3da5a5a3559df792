package io.fleetcron.claim;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.Retries;
import io.fleetcron.config.RunPolicy.RetryOn;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.run.CommandSpec;
import io.fleetcron.run.RunSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The specification for a supervisor, made from the definition and the claim. Pure functions. */
public final class RunSpecs {

    private RunSpecs() {}

    public static RunSpec of(
            JobDefinition job,
            CurrentRun claim,
            CommandSpec command,
            Optional<Duration> lease,
            int lockDescriptor,
            Optional<RunSpec.Slot> slot,
            Duration claimedUptime,
            Instant claimedWall,
            long outputCap) {
        return new RunSpec(
                claim.id(job.name()),
                claim.started(),
                command,
                job.policy().timeout(),
                job.policy().killAfter(),
                attempts(job.policy()),
                outputCap,
                new RunSpec.Lock(
                        lockDescriptor, slot, LedgerLayout.BEAT, LedgerLayout.EXIT, lease, claimedUptime, claimedWall));
    }

    private static RunSpec.Attempts attempts(RunPolicy policy) {
        RetryOn retryOn = policy.retries().on();
        return new RunSpec.Attempts(
                delays(policy.retries()),
                Set.copyOf(policy.success().members()),
                Set.copyOf(retryOn.statuses().members()),
                retryOn.timeouts());
    }

    /** The wait before each further attempt. */
    static List<Duration> delays(Retries retries) {
        List<Duration> delays = new ArrayList<>();
        double millis = retries.delay().toMillis();
        for (int attempt = 1; attempt < retries.attempts(); attempt++) {
            delays.add(Duration.ofMillis(
                    (long) Math.min(millis, (double) Duration.ofDays(7).toMillis())));
            millis *= retries.backoff();
        }
        return delays;
    }
}
