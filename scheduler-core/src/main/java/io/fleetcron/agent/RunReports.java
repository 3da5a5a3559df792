package io.fleetcron.agent;

import io.fleetcron.claim.RunListener;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Notices;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.late.Late;
import io.fleetcron.ledger.ClaimDecision;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.look.LockAttempt;
import io.fleetcron.mail.MailRules;
import io.fleetcron.mail.MailSpool;
import io.fleetcron.membership.ActivityLog;
import io.fleetcron.metrics.AgentMetrics;
import io.fleetcron.notify.LateWatch;
import io.fleetcron.notify.Notifier;
import io.fleetcron.output.MailExcerpt;
import io.fleetcron.output.OutputCollector;
import io.fleetcron.run.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Tells the other instances, the shared store of output, and people what becomes of runs and fires. Thread-safe.
 *
 * @param host this host's name
 * @param activity what the other instances hear
 * @param outputs what becomes of captured output
 * @param mailer sends mail about what this instance settled
 * @param notifier notifies other receivers of it
 * @param metrics counts it, if somebody wants that
 */
public record RunReports(
        String host,
        ActivityLog activity,
        OutputCollector outputs,
        MailSpool mailer,
        Notifier notifier,
        Optional<AgentMetrics> metrics)
        implements RunListener {

    @Override
    public void began(Run run) {
        activity.began(run.id().job(), run.id().token(), run::isInDoubt);
        outputs.began(run);
        if (metrics.isPresent()) {
            metrics.get().began(run.id());
        }
    }

    @Override
    public void tried(LockAttempt attempt) {
        if (metrics.isPresent()) {
            metrics.get().tried(attempt);
        }
    }

    @Override
    public void started(RunId run) {
        notifier.started(run);
    }

    @Override
    public void over(Run run, RunEnd end) throws InterruptedException {
        outputs.over(run);
        activity.ended(run.id().job());
        if (metrics.isPresent()) {
            metrics.get().over(run.id(), end);
        }
    }

    @Override
    public void recorded(Run run, boolean ofFleet) {
        outputs.collect(run, ofFleet);
    }

    @Override
    public void settling(JobDefinition job, ClaimDecision decision, Optional<CurrentRun> run) {
        if (job.policy().notices().equals(Notices.NONE)) {
            return;
        }
        for (Settlement settled : MailRules.toTell(decision)) {
            notifier.settling(
                    job,
                    settled,
                    decision.record().recent(),
                    where(settled, run),
                    job.policy().runOn() == RunOn.ONE);
        }
    }

    private String where(Settlement settled, Optional<CurrentRun> run) {
        return run.filter(r -> settled.outcome().ran() && r.token() == settled.token())
                .map(CurrentRun::host)
                .orElse(host);
    }

    @Override
    public void settled(
            JobDefinition job, ClaimDecision decision, Optional<CurrentRun> run, LongFunction<Optional<Path>> output) {
        if (metrics.isPresent()) {
            metrics.get().settled(job.name(), decision.settled());
        }
        if (job.policy().notices().equals(Notices.NONE)) {
            return;
        }
        List<Settlement> recent = decision.record().recent();
        for (Settlement settled : MailRules.toTell(decision)) {
            Optional<CurrentRun> ran = run.filter(r -> settled.outcome().ran() && r.token() == settled.token());
            String where = where(settled, run);
            List<String> addresses = notifier.addresses(job, settled, recent);
            boolean mail = job.policy()
                    .mail()
                    .filter(wanted -> MailRules.wanted(wanted, settled.outcome(), true))
                    .isPresent();
            if (mail || !addresses.isEmpty()) {
                Supplier<MailExcerpt> written =
                        ran.isPresent() ? excerpt(job, settled, output) : () -> MailExcerpt.NONE;
                Runnable kept = notifier.mailing(job, settled, recent, where);
                mailer.settled(job, settled, where, addresses, written, kept);
            }
            notifier.settled(job, settled, recent, where, job.policy().runOn() == RunOn.ONE);
        }
    }

    /** Tells of late jobs whoever their rules name. */
    LateWatch.Teller late(boolean ofFleet) {
        return new LateWatch.Teller() {
            @Override
            public boolean isWanted(JobDefinition job) {
                return notifier.tellsLate(job);
            }

            @Override
            public void tell(JobDefinition job, Late late) {
                mailer.late(job, late, host, notifier.lateAddresses(job));
                notifier.late(job, late, host, ofFleet);
            }
        };
    }

    /** Of a run of this host it is read now, else from the shared store by the thread that sends. */
    private Supplier<MailExcerpt> excerpt(JobDefinition job, Settlement settled, LongFunction<Optional<Path>> output) {
        Optional<Path> here = output.apply(settled.token());
        if (here.isPresent()) {
            MailExcerpt read = MailExcerpt.of(here.get());
            return () -> read;
        }
        return () -> outputs.stored(settled.run(job.name()));
    }

    /** Sends a mail that an agent did not send because it ended, with what the shared store has of the output. */
    boolean mail(String job, String description, Settlement settled, String where, List<String> to) {
        MailExcerpt written = settled.outcome().ran() ? outputs.stored(settled.run(job)) : MailExcerpt.NONE;
        return mailer.left(job, description, settled, where, to, written);
    }

    @Override
    public void accounted(Fire last) {
        activity.settled(last);
    }
}
