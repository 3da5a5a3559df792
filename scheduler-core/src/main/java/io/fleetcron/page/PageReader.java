package io.fleetcron.page;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.Fingerprints;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.observe.FleetReader;
import io.fleetcron.observe.FleetView;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.SeenLedger;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.observe.StatusReport;
import io.fleetcron.observe.newest.NewestHistory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what the page shows, within the deadlines of its readers. Thread-safe. */
public final class PageReader {

    /** How many fires of a job are shown. */
    public static final int FIRES = 30;

    private final FleetConfig config;
    private final Readers readers;
    private final Clocks clocks;
    private final Options options;
    private volatile @Nullable Definitions definitions;

    /** The hash of this host's configuration. */
    private record Definitions(int year, String hash) {}

    /**
     * Who reads the shared directory. A history that takes longer than its deadline must not make the fleet look cut off.
     *
     * @param fleet reads instances and ledgers
     * @param history reads history, with a deadline of its own; who reads again keeps it
     */
    public record Readers(FleetReader fleet, NewestHistory history) {}

    /**
     * @param wall this host's wall clock
     * @param nanos a clock for lengths of time
     */
    public record Clocks(InstantSource wall, LongSupplier nanos) {}

    /**
     * @param back how far back history is opened
     * @param config the configuration to name in commands; empty for the usual one
     * @param notes what is to be said before anything else
     */
    public record Options(Duration back, Optional<String> config, List<String> notes) {}

    public PageReader(FleetConfig config, Readers readers, Clocks clocks, Options options) {
        this.config = config;
        this.readers = readers;
        this.clocks = clocks;
        this.options = options;
    }

    /** What this host knows by its own files. */
    private record Here(Map<String, SeenLedger> ledgers, List<SeenRun> runs, List<String> notes) {}

    /** Reads. If the shared directory does not answer, what comes is this host's part. */
    public Snapshot read() {
        Here here = here();
        try {
            long begin = clocks.nanos().getAsLong();
            FleetView view = readers.fleet().view();
            Duration answer = Duration.ofNanos(clocks.nanos().getAsLong() - begin);
            List<String> notes = new ArrayList<>(here.notes());
            Map<String, List<HistoryLine>> newest = newest(view, here, notes);
            return new Snapshot(
                    StatusReport.of(config, definitions(view.now()), view, here.ledgers()),
                    Optional.of(answer),
                    newest,
                    due(view, here),
                    tolerance(),
                    ThisHost.name(),
                    options.config(),
                    notes,
                    Optional.empty());
        } catch (SharedDirectoryUnavailable e) {
            String problem = String.valueOf(e.getMessage());
            return new Snapshot(
                    StatusReport.degraded(
                            config,
                            problem,
                            here.ledgers(),
                            here.runs(),
                            clocks.wall().instant()),
                    Optional.empty(),
                    Map.of(),
                    Map.of(),
                    tolerance(),
                    ThisHost.name(),
                    options.config(),
                    here.notes(),
                    Optional.of(new Snapshot.Outage(problem, Optional.empty(), here.runs())));
        }
    }

    /** They take a moment, and change with the year alone. */
    private String definitions(Instant now) {
        Definitions known = definitions;
        if (known == null || known.year != Fingerprints.year(now)) {
            known = new Definitions(
                    Fingerprints.year(now), Fingerprints.of(config.jobs().values(), now));
            definitions = known;
        }
        return known.hash;
    }

    private Map<String, List<HistoryLine>> newest(FleetView view, Here here, List<String> notes) {
        List<HistoryLine> ledgers = Stream.concat(lines(here.ledgers()).stream(), lines(view.ledgers()).stream())
                .toList();
        try {
            return readers.history()
                    .read(
                            config.sharedDir(),
                            config.jobs().keySet(),
                            view.now().minus(options.back()),
                            view.now(),
                            ledgers);
        } catch (SharedDirectoryUnavailable e) {
            notes.add("History was not read (" + e.getMessage()
                    + "): only the fires that ledgers remember are shown. Try fewer --days, or a longer --timeout.");
            return ledgers.stream()
                    .filter(line ->
                            config.jobs().containsKey(line.job()) && !NewestHistory.isOfTheFuture(line, view.now()))
                    .collect(Collectors.groupingBy(HistoryLine::job));
        }
    }

    private static List<HistoryLine> lines(Map<String, SeenLedger> ledgers) {
        return ledgers.values().stream()
                .flatMap(ledger -> ledger.lines().stream())
                .toList();
    }

    private Map<String, Duration> tolerance() {
        Map<String, Duration> tolerance = new HashMap<>();
        config.jobs().forEach((name, job) -> tolerance.put(name, job.policy().tolerance(config.lease())));
        return tolerance;
    }

    private Here here() {
        try {
            HostFiles host = new HostFiles(config);
            return new Here(host.ledgers(), host.seenRuns(), options.notes());
        } catch (IOException e) {
            return new Here(
                    Map.of(),
                    List.of(),
                    Stream.concat(options.notes().stream(), Stream.of(unread(e)))
                            .toList());
        }
    }

    private static String unread(IOException e) {
        return "The state directory of host " + ThisHost.name() + " cannot be read (" + e.getMessage()
                + "): jobs that run on every host are shown without what only this host knows.";
    }

    private Map<String, List<Instant>> due(FleetView view, Here here) {
        Map<String, List<Instant>> due = new HashMap<>();
        config.jobs().forEach((name, job) -> {
            Map<String, SeenLedger> ledgers = job.policy().runOn() == RunOn.ONE ? view.ledgers() : here.ledgers();
            Optional.ofNullable(ledgers.get(name))
                    .flatMap(SeenLedger::record)
                    .map(record -> due(job, record, view.now()))
                    .filter(times -> !times.isEmpty())
                    .ifPresent(times -> due.put(name, times));
        });
        return due;
    }

    /** A ledger of another schedule says nothing about the fires of this one. */
    private static List<Instant> due(JobDefinition job, LedgerRecord record, Instant now) {
        if (!job.enabled() || !record.schedule().equals(job.scheduleHash())) {
            return List.of();
        }
        Optional<Instant> running = record.run().map(CurrentRun::fire);
        return Stream.iterate(
                        job.schedule().next(record.settled()),
                        next -> next.filter(time -> !time.isAfter(now)).isPresent(),
                        next -> next.flatMap(job.schedule()::next))
                .filter(next -> !running.equals(next))
                .limit(FIRES)
                .map(Optional::orElseThrow)
                .toList();
    }
}
