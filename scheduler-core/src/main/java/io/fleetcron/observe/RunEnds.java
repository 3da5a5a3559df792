package io.fleetcron.observe;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.RunId;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Whether one run goes on, and how it ended, for who follows it. Asked twice a second, it reads one file: the run's
 * directory on this host, its job's ledger, or the member table. It writes nothing. For one thread.
 */
public final class RunEnds {

    private final FleetConfig config;
    private final SharedLayout layout;
    private final SharedRoot root;
    private final Deadline deadline;
    private final LongSupplier nanos;
    private final ShownRun shown;
    private final RunId run;
    private final RunOn where;
    private Instant beat = Instant.MIN;
    private long beatSeen;

    /** @param nanos a clock that only grows */
    public RunEnds(FleetConfig config, Deadline deadline, LongSupplier nanos, JobDefinition job, ShownRun shown) {
        this.config = config;
        this.layout = new SharedLayout(config.sharedDir());
        this.root = new SharedRoot(config.sharedDir());
        this.deadline = deadline;
        this.nanos = nanos;
        this.shown = shown;
        this.run = shown.id();
        this.where = job.policy().runOn();
    }

    /** Whether it goes on, as far as this host's files or the shared directory tell. */
    public boolean goesOn() throws IOException, SharedDirectoryUnavailable {
        if (shown.local().isPresent()) {
            return new HostFiles(config)
                    .runs().stream()
                            .anyMatch(other -> other.alive() && other.run().equals(run));
        }
        return where == RunOn.ONE ? isCurrent() : isReported();
    }

    private boolean isCurrent() throws SharedDirectoryUnavailable {
        return shown.started().isPresent()
                && ledger().flatMap(SeenLedger::run)
                        .filter(now -> now.token() == run.token())
                        .isPresent();
    }

    /**
     * A job that runs on every host has its ledger there: of another host its instance says what it runs, as long as it
     * says anything. No clock of this host tells whether it does: its signs of life follow each other, and the newest of
     * the whole fleet.
     */
    private boolean isReported() throws SharedDirectoryUnavailable {
        List<SeenInstance> all =
                deadline.ask(() -> new MemberTableFile(root, layout.memberTable()).read(Instant.EPOCH));
        Instant newest = all.stream()
                .map(SeenInstance::seen)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        Optional<SeenInstance> instance = all.stream()
                .filter(seen -> seen.member().instance().equals(run.instance()))
                .filter(seen -> !seen.seen().isBefore(newest.minus(Member.ALIVE)))
                .findFirst();
        if (instance.isPresent() && !instance.get().seen().equals(beat)) {
            beat = instance.get().seen();
            beatSeen = nanos.getAsLong();
        }
        return nanos.getAsLong() - beatSeen <= Member.ALIVE.toNanos()
                && instance.map(seen -> seen.member().activity().running().get(run.job()))
                        .filter(token -> token == run.token())
                        .isPresent();
    }

    /** How it was settled; empty while nothing says so. */
    public Optional<Settlement> end() throws IOException, SharedDirectoryUnavailable {
        Stream<HistoryLine> recent = where == RunOn.ONE
                ? ledger().stream().flatMap(seen -> seen.lines().stream())
                : new HostFiles(config).lines().stream();
        Optional<Settlement> end =
                recent.filter(this::isEnd).map(HistoryLine::settlement).findFirst();
        return end.isPresent()
                ? end
                : deadline
                        .ask(() -> new HistoryFiles(root, layout.history()).read(Optional.of(run.time()), this::isEnd))
                        .stream()
                        .map(HistoryLine::settlement)
                        .findFirst();
    }

    private Optional<SeenLedger> ledger() throws SharedDirectoryUnavailable {
        return deadline.ask(() -> new LedgerFiles(root, layout.jobs()).read(run.job()));
    }

    private boolean isEnd(HistoryLine line) {
        Settlement settlement = line.settlement();
        return line.job().equals(run.job())
                && settlement.outcome().ran()
                && settlement.token() == run.token()
                && settlement.instance().equals(run.instance());
    }
}
