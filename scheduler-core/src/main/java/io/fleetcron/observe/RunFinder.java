package io.fleetcron.observe;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.observe.OutputFiles.Stored;
import io.fleetcron.run.LocalRun;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Finds which run of a job is to be shown: the one in progress, on whatever host, else the newest with kept output. */
public final class RunFinder {

    private final FleetConfig config;
    private final Deadline deadline;
    private final String job;
    private final RunOn where;

    /** Of a job of this configuration. */
    public RunFinder(FleetConfig config, Deadline deadline, JobDefinition job) {
        this.config = config;
        this.deadline = deadline;
        this.job = job.name();
        this.where = job.policy().runOn();
    }

    /**
     * The run; empty if nothing is known of any that is wanted.
     *
     * @param wanted of a run's scheduled time and instance
     * @throws IOException if this host's own files cannot be read
     */
    public Optional<ShownRun> find(BiPredicate<Instant, String> wanted) throws IOException, SharedDirectoryUnavailable {
        Optional<ShownRun> here = here(wanted);
        if (here.isPresent()) {
            return here;
        }
        Optional<ShownRun> elsewhere = where == RunOn.ONE ? elsewhere(wanted) : Optional.empty();
        return elsewhere.isPresent() ? elsewhere : kept(wanted);
    }

    private Optional<ShownRun> here(BiPredicate<Instant, String> wanted) throws IOException {
        return new HostFiles(config)
                .runs().stream()
                        .filter(LocalRun::alive)
                        .filter(run -> run.run().job().equals(job)
                                && wanted.test(run.run().time(), run.run().instance()))
                        .max(Comparator.comparing((LocalRun run) -> run.run().time())
                                .thenComparing(run -> run.run().token()))
                        .map(run -> new ShownRun(
                                run.run(),
                                Optional.of(ThisHost.name()),
                                Optional.of(run.started()),
                                Optional.of(run.output())));
    }

    private Optional<ShownRun> elsewhere(BiPredicate<Instant, String> wanted) throws SharedDirectoryUnavailable {
        SharedLayout layout = new SharedLayout(config.sharedDir());
        return deadline.ask(() -> new LedgerFiles(new SharedRoot(layout.root()), layout.jobs()).read(job))
                .flatMap(SeenLedger::run)
                .filter(run -> wanted.test(run.fire(), run.instance()))
                .map(run -> new ShownRun(
                        run.id(job), Optional.of(run.host()), Optional.of(run.started()), Optional.empty()));
    }

    private Optional<ShownRun> kept(BiPredicate<Instant, String> wanted) throws SharedDirectoryUnavailable {
        return deadline.ask(() -> new OutputFiles(config.sharedDir()).of(job)).stream()
                .map(Stored::name)
                .filter(name -> wanted.test(name.fire(), name.instance()))
                .reduce((older, newer) -> newer)
                .map(name -> new ShownRun(name.run(job), hostOf(name.instance()), Optional.empty(), Optional.empty()));
    }

    /** Where that instance is, or last was; empty if nothing tells. */
    private Optional<String> hostOf(String instance) {
        SharedLayout layout = new SharedLayout(config.sharedDir());
        try {
            return deadline
                    .ask(() -> new MemberTableFile(new SharedRoot(layout.root()), layout.memberTable())
                            .read(Instant.EPOCH))
                    .stream()
                    .map(SeenInstance::member)
                    .filter(member -> member.instance().equals(instance))
                    .map(Member::host)
                    .findFirst();
        } catch (SharedDirectoryUnavailable e) {
            return Optional.empty();
        }
    }
}
