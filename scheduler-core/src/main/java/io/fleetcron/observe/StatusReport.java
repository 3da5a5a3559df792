package io.fleetcron.observe;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.control.Control;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.ControlTable.Corrupt;
import io.fleetcron.control.ControlTable.Valid;
import io.fleetcron.fleet.Fingerprints;
import io.fleetcron.fleet.Member;
import io.fleetcron.late.Late;
import io.fleetcron.late.Lateness;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.Waiting;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code fleetcron status} shows. Immutable.
 *
 * @param sharedDir the shared directory
 * @param problem why it could not be read, if so; what stands here is then this host's part alone
 * @param now the time that ages count from
 * @param serverClock whether that is the server's
 * @param definitions the hash of this host's configuration
 * @param instances all instances
 * @param running all runs recorded as started and not as settled
 * @param jobs the configured jobs
 * @param controls what people ask of the fleet and is in force; a run only while no instance has claimed it
 * @param controlProblem why that cannot be trusted, so that nothing starts
 */
public record StatusReport(
        Path sharedDir,
        Optional<String> problem,
        Instant now,
        boolean serverClock,
        String definitions,
        List<SeenInstance> instances,
        List<SeenRun> running,
        List<Job> jobs,
        List<Control> controls,
        Optional<String> controlProblem) {

    /**
     * A configured job.
     *
     * @param definition what it is
     * @param next its next scheduled time
     * @param last its last settlement
     * @param problem why its ledger cannot be trusted, if so
     * @param eligible the live instances that may run it
     * @param waiting the fire that waits for a slot of its group
     * @param late what of it is late
     */
    public record Job(
            JobDefinition definition,
            Optional<Instant> next,
            Optional<Settlement> last,
            Optional<String> problem,
            List<String> eligible,
            Optional<Waiting> waiting,
            List<Late> late) {

        /** Whether its definition keeps it from every live instance. */
        public boolean isNowhere() {
            return definition.enabled() && !definition.policy().placement().isAnywhere() && eligible.isEmpty();
        }
    }

    public static StatusReport of(FleetConfig config, FleetView view, Map<String, SeenLedger> local) {
        return of(config, Fingerprints.of(config.jobs().values(), view.now()), view, local);
    }

    /**
     * The same for a caller that knows the hash of the definitions.
     *
     * @param definitions see {@link Fingerprints#of}
     */
    public static StatusReport of(
            FleetConfig config, String definitions, FleetView view, Map<String, SeenLedger> local) {
        List<SeenRun> running = new ArrayList<>(view.running());
        running.addAll(view.running(local.values()));
        return new StatusReport(
                config.sharedDir(),
                Optional.empty(),
                view.now(),
                view.serverClock(),
                definitions,
                view.instances(),
                running,
                jobs(config, view.ledgers(), local, view.now(), view.instances(), view.controls()),
                controls(view, running),
                view.controls() instanceof Corrupt corrupt ? Optional.of(corrupt.reason()) : Optional.empty());
    }

    /** Of this host alone, because the shared directory does not answer. */
    public static StatusReport degraded(
            FleetConfig config, String problem, Map<String, SeenLedger> local, List<SeenRun> running, Instant now) {
        return new StatusReport(
                config.sharedDir(),
                Optional.of(problem),
                now,
                false,
                Fingerprints.of(config.jobs().values(), now),
                List.of(),
                running,
                jobs(config, Map.of(), local, now, List.of(), new Valid(ControlTable.NONE)),
                List.of(),
                Optional.empty());
    }

    public boolean differs(SeenInstance instance) {
        return !instance.member().definitions().equals(definitions);
    }

    public boolean isSound() {
        return problem.isEmpty()
                && controlProblem.isEmpty()
                && jobs.stream().allMatch(job -> job.problem().isEmpty() && !job.isNowhere());
    }

    private static List<Job> jobs(
            FleetConfig config,
            Map<String, SeenLedger> shared,
            Map<String, SeenLedger> local,
            Instant now,
            List<SeenInstance> instances,
            ControlTable.Found controls) {
        List<Job> jobs = new ArrayList<>();
        for (JobDefinition job : config.jobs().values()) {
            Map<String, SeenLedger> ledgers = job.policy().runOn() == RunOn.ONE ? shared : local;
            Optional<SeenLedger> ledger = Optional.ofNullable(ledgers.get(job.name()));
            List<String> eligible = eligible(job, instances);
            ControlTable table = controls instanceof Valid valid ? valid.table() : ControlTable.NONE;
            jobs.add(new Job(
                    job,
                    Upcoming.next(job, now),
                    ledger.flatMap(SeenLedger::last),
                    ledger.flatMap(SeenLedger::problem).or(() -> ahead(ledger, now)),
                    eligible,
                    ledger.flatMap(SeenLedger::record).flatMap(LedgerRecord::stillWaiting),
                    ledger.flatMap(SeenLedger::record)
                            .map(it -> Lateness.now(job, it, table.leavesAlone(job.name(), eligible, now), now))
                            .orElse(List.of())));
        }
        return jobs;
    }

    private static List<String> eligible(JobDefinition job, List<SeenInstance> instances) {
        return instances.stream()
                .filter(SeenInstance::alive)
                .map(SeenInstance::member)
                .filter(member -> job.policy().placement().allows(member.host(), member.labels()))
                .map(Member::instance)
                .toList();
    }

    private static Optional<String> ahead(Optional<SeenLedger> ledger, Instant now) {
        return ledger.flatMap(SeenLedger::record)
                .filter(record -> record.isAheadOf(now))
                .map(record -> "it is ahead of the fleet's time, as if the file server's clock had been ahead");
    }

    /** What was asked once stays on record for a while after it was done. */
    private static List<Control> controls(FleetView view, List<SeenRun> running) {
        List<Control> all =
                view.controls() instanceof Valid valid ? valid.table().holding(view.now()) : List.of();
        return all.stream()
                .filter(control -> !(control instanceof Control.Run run && isTaken(view, run)))
                .filter(control -> !(control instanceof Control.Kill kill && isDead(running, kill)))
                .toList();
    }

    private static boolean isDead(List<SeenRun> running, Control.Kill kill) {
        return running.stream()
                .map(SeenRun::run)
                .noneMatch(run -> run.job().equals(kill.job()) && run.token() == kill.token());
    }

    private static boolean isTaken(FleetView view, Control.Run run) {
        return Optional.ofNullable(view.ledgers().get(run.job()))
                .flatMap(SeenLedger::record)
                .filter(record -> record.hasTaken(run.id()))
                .isPresent();
    }
}
