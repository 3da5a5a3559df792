package io.fleetcron.output;

import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.RunId;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedFiles.Appender;
import io.fleetcron.storage.StorageHealth;
import io.fleetcron.storage.StorageHealth.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captured output on the shared directory, so that every host can show it: one file for each run that wrote anything,
 * the newest {@value #KEEP} of each job at least. A file is always the beginning of the local one, so whoever comes
 * after a failure or a crash sees by its length where to go on. Blocks on storage; thread-safe.
 */
public final class OutputStore {

    /** How many runs' output of one job is kept. */
    static final int KEEP = 20;

    /** Only after so many runs does an instance look for files to remove: a listing is not free. */
    static final int PRUNE_EVERY = 5;

    private static final Logger LOG = LoggerFactory.getLogger(OutputStore.class);
    private static final int PIECE = 256 << 10;

    private final SharedFiles files;
    private final SharedLayout layout;
    private final String instance;
    private final StorageHealth health;
    private final Set<String> prepared = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> unpruned = new HashMap<>();

    public OutputStore(SharedFiles files, SharedLayout layout, String instance, StorageHealth health) {
        this.files = files;
        this.layout = layout;
        this.instance = instance;
        this.health = health;
    }

    /** Stores what the run has written since. One caller at a time for each run. False if storage failed. */
    boolean grow(OutputProgress output) {
        return attempt(output, () -> append(output));
    }

    /** Stores the rest of a run that is over. One caller at a time for each run. False if storage failed. */
    boolean complete(OutputProgress output) {
        return attempt(output, () -> {
            append(output);
            close(output);
            if (output.stored > 0) {
                prune(output);
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private boolean attempt(OutputProgress output, Work work) {
        RunId run = output.run.id();
        try {
            work.run();
            health.worked(Kind.OUTPUT);
            return true;
        } catch (IOException e) {
            close(output);
            prepared.remove(run.job());
            health.failed(Kind.OUTPUT, e);
            LOG.debug("output not stored job={} fire={} token={}", run.job(), run.time(), run.token(), e);
            return false;
        }
    }

    private void append(OutputProgress output) throws IOException {
        if (output.run.output().toFile().length() == 0) {
            return; // most runs write nothing, and then no file exists
        }
        try (FileChannel local = FileChannel.open(output.run.output(), StandardOpenOption.READ)) {
            long size = local.size();
            Appender file = open(output);
            while (file.end() < size) {
                ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, size - file.end()));
                int read = local.read(piece, file.end());
                file.append(Arrays.copyOf(piece.array(), Math.max(0, read)));
            }
            output.stored = file.end();
        } catch (NoSuchFileException e) {
            LOG.debug("no output file", e);
        }
    }

    /** What a mail may hold of a run's output, as far as it is stored. Blocks on storage. */
    MailExcerpt beginning(RunId run) {
        try {
            return files.beginning(file(run), MailExcerpt.MOST)
                    .map(found -> new MailExcerpt(found.bytes(), found.size()))
                    .orElse(MailExcerpt.NONE);
        } catch (IOException e) {
            health.failed(Kind.OUTPUT, e);
            return MailExcerpt.NONE;
        }
    }

    private Path file(RunId run) {
        return layout.output(run.job()).resolve(OutputName.of(run).text());
    }

    private Appender open(OutputProgress output) throws IOException {
        Appender file = output.file;
        if (file == null) {
            RunId run = output.run.id();
            if (!prepared.contains(run.job())) {
                files.createDirectories(layout.output(run.job()));
                prepared.add(run.job());
            }
            file = files.appender(file(run));
            output.file = file;
        }
        return file;
    }

    /** By the thread that stores. */
    static void close(OutputProgress output) {
        Appender file = output.file;
        if (file != null) {
            file.close();
            output.file = null;
        }
    }

    private synchronized boolean dueForPruning(String job) {
        int runs = unpruned.merge(job, 1, Integer::sum);
        if (runs > 1 && runs <= PRUNE_EVERY) {
            return false;
        }
        unpruned.put(job, 1);
        return true;
    }

    private void prune(OutputProgress output) throws IOException {
        String job = output.run.id().job();
        if (!dueForPruning(job)) {
            return;
        }
        List<OutputName> names = new ArrayList<>();
        for (String name : files.names(layout.output(job))) {
            OutputName.parse(name).ifPresent(names::add);
        }
        for (OutputName old : surplus(names, output.ofFleet, instance)) {
            files.delete(layout.output(job).resolve(old.text()));
        }
    }

    /**
     * What may go. Of a job of the fleet all but the newest, and never that of the newest token, which may be going on
     * elsewhere. Of a job that runs on every host each instance removes only its own: it has no other one going on.
     */
    public static List<OutputName> surplus(List<OutputName> names, boolean ofFleet, String instance) {
        long newest = names.stream().mapToLong(OutputName::token).max().orElse(0);
        List<OutputName> sorted = names.stream()
                .filter(name -> ofFleet || name.instance().equals(instance))
                .sorted(Comparator.comparing(OutputName::text))
                .toList();
        return sorted.subList(0, Math.max(0, sorted.size() - KEEP)).stream()
                .filter(name -> !ofFleet || name.token() != newest)
                .toList();
    }
}
