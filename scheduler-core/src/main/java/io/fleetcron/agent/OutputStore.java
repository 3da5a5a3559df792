package io.fleetcron.agent;

import io.fleetcron.agent.StorageHealth.Kind;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.lock.SharedFiles;
import io.fleetcron.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captured output on the shared directory, so that every host can show it: one file for each run that wrote anything,
 * the newest {@value #KEEP} of each job. Thread-safe; {@link #collect} returns at once.
 */
final class OutputStore {

    /** How many runs' output of one job is kept. */
    static final int KEEP = 20;

    private static final Logger LOG = LoggerFactory.getLogger(OutputStore.class);
    private final SharedFiles files;
    private final SharedLayout layout;
    private final String instance;
    private final Executor blocking;
    private final StorageHealth health;

    OutputStore(SharedFiles files, SharedLayout layout, String instance, Executor blocking, StorageHealth health) {
        this.files = files;
        this.layout = layout;
        this.instance = instance;
        this.blocking = blocking;
        this.health = health;
    }

    /** Stores the output of a run that is over and recorded, then removes its traces from this host. */
    void collect(Run run) {
        blocking.execute(() -> {
            try {
                store(run);
                health.worked(Kind.OUTPUT);
            } catch (IOException e) {
                health.failed(Kind.OUTPUT, e);
                LOG.debug("output not stored job={} fire={} token={}", run.job(), run.fire(), run.token(), e);
            }
            run.forget();
        });
    }

    private void store(Run run) throws IOException {
        if (!Files.exists(run.output()) || Files.size(run.output()) == 0) {
            return;
        }
        Path directory = layout.output(run.job());
        files.createDirectories(directory);
        files.append(
                directory.resolve(new OutputName(run.fire(), run.token(), instance).text()),
                Files.readAllBytes(run.output()));
        prune(directory);
    }

    private static void prune(Path directory) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            entries.sorted().forEach(all::add);
        }
        for (Path old : all.subList(0, Math.max(0, all.size() - KEEP))) {
            Files.deleteIfExists(old);
        }
    }
}
