package io.fleetcron.claim;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.ledger.ClaimDecision;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.mail.MailRules;
import io.fleetcron.output.MailExcerpt;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Hands what one job's lock holder has settled to the mailer, with what there is to tell. For one thread. */
final class MailNotifier {

    private final Services services;
    private final UnrecordedRuns ended;

    MailNotifier(Services services, UnrecordedRuns ended) {
        this.services = services;
        this.ended = ended;
    }

    /**
     * A decision is on stable storage, and no other instance will take the same one. To be called before the traces of
     * its run go.
     *
     * @param run the run that the ledger had as started when it was decided
     */
    void tell(JobDefinition job, ClaimDecision decision, Optional<CurrentRun> run) {
        if (job.policy().mail().isEmpty()) {
            return;
        }
        for (Settlement settled : MailRules.toTell(decision)) {
            if (!MailRules.wanted(job.policy().mail().get(), settled.outcome(), true)) {
                continue;
            }
            Optional<CurrentRun> ran = run.filter(r -> settled.outcome().ran() && r.token() == settled.token());
            String host = ran.map(CurrentRun::host).orElse(services.identity().host());
            services.mailer()
                    .settled(job, settled, host, ran.isPresent() ? output(job, settled) : () -> MailExcerpt.NONE);
        }
    }

    /** Of a run of this host it is read now, else from the shared store by the thread that sends. */
    private Supplier<MailExcerpt> output(JobDefinition job, Settlement settled) {
        Optional<Path> here = ended.outputOf(settled.token());
        if (here.isPresent()) {
            MailExcerpt read = MailExcerpt.of(here.get());
            return () -> read;
        }
        return () -> services.outputs().stored(settled.run(job.name()));
    }
}
