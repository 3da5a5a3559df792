package io.fleetcron.observe;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.run.LocalRun;
import io.fleetcron.run.LocalRuns;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The state directories of this host's instances: runs in progress, and the ledgers of jobs that run on every host. */
public final class HostFiles {

    private final Path root;
    private final Path locals;

    /** Of the instances that this configuration gives this host. */
    public HostFiles(FleetConfig config) {
        this.root = ThisHost.stateRoot(config);
        this.locals = ThisHost.localLocks(config);
    }

    /** What goes on here by the word of the run directories alone: for when the shared directory does not answer. */
    public List<SeenRun> seenRuns() throws IOException {
        String host = ThisHost.name();
        return runs().stream().map(run -> SeenRun.of(run, host)).toList();
    }

    /** Runs whose directories are still there: in progress, or over and not yet recorded. */
    public List<LocalRun> runs() throws IOException {
        List<LocalRun> all = new ArrayList<>();
        for (Path instance : DirectoryListing.list(root)) {
            all.addAll(LocalRuns.in(instance));
        }
        return all;
    }

    /** The ledgers of jobs with {@code run_on: every}, by job. */
    public Map<String, SeenLedger> ledgers() throws IOException {
        return new LedgerFiles(new SharedRoot(locals), locals).readAll();
    }

    /** What those ledgers remember, as lines of history. */
    public List<HistoryLine> lines() throws IOException {
        return ledgers().values().stream()
                .flatMap(ledger -> ledger.lines().stream())
                .toList();
    }
}
