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

/** The state directories of this host's instances: runs in progress, and the ledgers of jobs that run on every host. */
public final class HostFiles {

    private final Path root;

    /** Of the instances that this configuration gives this host. */
    public HostFiles(FleetConfig config) {
        this.root = ThisHost.stateRoot(config);
    }

    /** What goes on here by the word of the run directories alone: for when the shared directory does not answer. */
    public List<SeenRun> seenRuns() throws IOException {
        String host = ThisHost.name();
        return runs().stream().map(run -> SeenRun.of(run, host)).toList();
    }

    /** Runs whose directories are still there: in progress, or over and not yet recorded. */
    public List<LocalRun> runs() throws IOException {
        List<LocalRun> all = new ArrayList<>();
        for (Path instance : Directories.list(root)) {
            all.addAll(LocalRuns.in(instance));
        }
        return all;
    }

    /** The ledgers of jobs with {@code run_on: every}, one for each instance and job. */
    public List<SeenLedger> ledgers() throws IOException {
        List<SeenLedger> all = new ArrayList<>();
        for (Path instance : Directories.list(root)) {
            all.addAll(new LedgerFiles(new SharedRoot(instance), instance.resolve("jobs"))
                    .readAll()
                    .values());
        }
        return all;
    }

    /** What those ledgers remember, as lines of history. */
    public List<HistoryLine> lines() throws IOException {
        return ledgers().stream().flatMap(ledger -> ledger.lines().stream()).toList();
    }
}
