package io.fleetcron.observe;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition.RunOn;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether runs of one job go on, and how they ended, for who follows one of them. Reads as little as will do. */
public final class RunEnds {

    private final FleetConfig config;
    private final SharedLayout layout;
    private final FleetReader reader;
    private final String job;
    private final RunOn where;

    /** Of a job of this configuration. */
    public RunEnds(FleetConfig config, Deadline deadline, String job, RunOn where) {
        this.config = config;
        this.layout = new SharedLayout(config.sharedDir());
        this.reader = new FleetReader(config.sharedDir(), deadline, InstantSource.system());
        this.job = job;
        this.where = where;
    }

    /** The run that the job's ledger in the shared directory has as started. */
    public Optional<CurrentRun> current() throws IOException {
        return where == RunOn.ONE
                ? new LedgerFiles(new SharedRoot(layout.root()), layout.jobs())
                        .read(job)
                        .flatMap(SeenLedger::run)
                : Optional.empty();
    }

    /** Whether that run goes on, as far as the shared directory tells: of every host's job its instance says so. */
    public boolean goesOn(long token, String instance) throws IOException, SharedDirectoryUnavailable {
        if (where == RunOn.ONE) {
            return current().filter(run -> run.token() == token).isPresent();
        }
        return reader.view().instances().stream()
                .filter(seen -> seen.alive() && seen.member().instance().equals(instance))
                .anyMatch(seen -> Long.valueOf(token)
                        .equals(seen.member().activity().running().get(job)));
    }

    /** How a run was settled; empty while nothing says so. */
    public Optional<Settlement> end(Instant fire, long token, String instance)
            throws IOException, SharedDirectoryUnavailable {
        Optional<Settlement> recent = settled(ledgers(), token, instance);
        return recent.isPresent()
                ? recent
                : reader
                        .history(
                                Optional.of(fire),
                                new HostFiles(config).lines(),
                                line -> line.job().equals(job))
                        .stream()
                        .map(HistoryLine::settlement)
                        .filter(settlement -> isEnd(settlement, token, instance))
                        .findFirst();
    }

    private List<SeenLedger> ledgers() throws IOException {
        if (where == RunOn.ONE) {
            return new LedgerFiles(new SharedRoot(layout.root()), layout.jobs())
                    .read(job).stream().toList();
        }
        return new HostFiles(config)
                .ledgers().values().stream()
                        .filter(ledger -> ledger.job().equals(job))
                        .toList();
    }

    private static Optional<Settlement> settled(List<SeenLedger> ledgers, long token, String instance) {
        return ledgers.stream()
                .flatMap(ledger -> ledger.record()
                        .map(LedgerRecord::recent)
                        .map(List::stream)
                        .orElse(Stream.empty()))
                .filter(settlement -> isEnd(settlement, token, instance))
                .findFirst();
    }

    private static boolean isEnd(Settlement settlement, long token, String instance) {
        return settlement.outcome().ran()
                && settlement.token() == token
                && settlement.instance().equals(instance);
    }
}
