package io.fleetcron.history;

import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.storage.SharedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * What happened on this host alone, on its own disk until the fleet's history has it: jobs that run on every host do not
 * wait for the shared storage. It passes every line on, and keeps it until it is written there. Thread-safe; as with all
 * history, adding does no I/O.
 */
public final class HistorySpool extends HistoryWriter {

    private final HistoryWriter fleet;
    private final SharedFiles local;
    private final Path directory;

    /**
     * @param local files of this host
     * @param directory shared by all processes that write for the instance
     * @param flushing a lock of its own, which is held while the local disk is waited for
     */
    public HistorySpool(HistoryWriter fleet, SharedFiles local, Path directory, Lock flushing) {
        super(fleet, local, directory, flushing);
        this.fleet = fleet;
        this.local = local;
        this.directory = directory;
    }

    @Override
    public void add(HistoryLine line) {
        fleet.add(line); // first: it may not look complete while this one has more
        super.add(line);
    }

    /** Passes on what an earlier life, or a process beside this one, left here. */
    public void recover() throws IOException {
        for (String name : local.names(directory)) {
            Path file = directory.resolve(name);
            Optional<SharedFiles.Beginning> all = local.beginning(file, Integer.MAX_VALUE);
            all.map(content -> new String(content.bytes(), StandardCharsets.UTF_8)).stream()
                    .flatMap(String::lines)
                    .forEach(line -> HistoryLine.parse(line).ifPresent(fleet::add));
            takeOver(file);
        }
    }

    /** Removes the files once the fleet's history has written all they hold. */
    public void dropIfWritten() throws IOException {
        removeFilesIf(() -> !fleet.waits());
    }
}
