package io.fleetcron.agent;

import io.fleetcron.claim.Instance;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.late.Late;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.membership.Membership;
import io.fleetcron.notify.LateWatch;
import io.fleetcron.storage.StorageException;
import io.fleetcron.storage.StorageHealth.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Looks after jobs that may be late, those of the fleet and those of this host. Made once a job is to be watched. */
final class LateJobs {

    /** A fleet that was down as a whole first settles what it owes; and by then this instance has seen which others live. */
    private static final int FIRST = 3;

    private final AgentParts parts;
    private final LateWatch fleet;
    private final LateWatch here;
    private int beats;

    LateJobs(AgentParts parts) {
        this.parts = parts;
        RunReports reports = parts.reports();
        this.fleet = reports.notifier().watch(true, situation(parts.instance()), reports.late(true));
        this.here = reports.notifier()
                .watch(false, (job, now) -> parts.instance().controls().leftOut(job.name(), now), reports.late(false));
        Upkeep ofFleet = new Upkeep(parts.loop(), parts.shared().health(), Kind.NOTICES, this::lookAtFleet);
        Upkeep ofHost = new Upkeep(parts.loop(), parts.local().health(), Kind.NOTICES, () -> look(here, List.of()));
        parts.loop().every(Membership.INTERVAL, () -> {
            beats++;
            if (beats >= FIRST && fleet.isUsed() && knowsTheFleet()) {
                ofFleet.run();
            }
            if (beats >= FIRST && here.isUsed()) {
                ofHost.run();
            }
        });
    }

    /** The definitions in force. */
    void configure(Collection<JobDefinition> jobs) {
        fleet.configure(jobs);
        here.configure(jobs);
    }

    /**
     * What is late now, by job, of the jobs that this instance watches: each of the fleet's by one live instance. Thread-safe;
     * reads nothing.
     */
    Map<String, List<Late>> now() {
        Map<String, List<Late>> all = new TreeMap<>(fleet.late());
        all.putAll(here.late());
        return all;
    }

    private boolean knowsTheFleet() {
        return knowsTheFleet(parts.instance());
    }

    /** Whether this instance knows what time it is and what people ask; all else that is wrong may be why jobs are late. */
    private static boolean knowsTheFleet(Instance instance) {
        return instance.members().clockFault().isEmpty()
                && instance.controls().fault().isEmpty();
    }

    private static LateWatch.Situation situation(Instance instance) {
        return new LateWatch.Situation() {
            @Override
            public LeftOut leftOut(JobDefinition job, Instant now) {
                return leftOutOfFleet(instance, job, now);
            }

            @Override
            public Instant since(JobDefinition job, Instant own) throws StorageException {
                return instance.members().scheduledSince(job, own);
            }
        };
    }

    /** Which fires of that job nobody is to start; empty while this instance does not know. */
    static Optional<LeftOut> leftOut(Instance instance, JobDefinition job, Instant now) {
        if (job.policy().runOn() == RunOn.EVERY) {
            return Optional.of(instance.controls().leftOut(job.name(), now));
        }
        return knowsTheFleet(instance) ? Optional.of(leftOutOfFleet(instance, job, now)) : Optional.empty();
    }

    private void lookAtFleet() throws IOException {
        look(fleet, parts.instance().members().live());
    }

    private static void look(LateWatch watch, Collection<String> live) throws IOException {
        watch.look(live);
    }

    private static LeftOut leftOutOfFleet(Instance instance, JobDefinition job, Instant now) {
        Set<String> excluded = instance.members().excluded(job.policy().placement());
        List<String> able = instance.members().live().stream()
                .filter(other -> !excluded.contains(other))
                .toList();
        return instance.controls().leavesAlone(job.name(), able, now);
    }
}
