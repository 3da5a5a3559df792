package io.fleetcron.output;

import io.fleetcron.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the runs of this instance write: lines of the agent's log, and a file in the shared store, both while the run
 * goes on. One look a second at the sizes of local files serves all runs. Thread-safe.
 */
public final class Outputs {

    /** How often {@link #look} is wanted. */
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Outputs.class);
    /** Most runs are over by then, and cost one write. */
    private static final long SHORT_RUN = Duration.ofSeconds(1).toNanos();

    private static final long RETRY = Duration.ofSeconds(5).toNanos();
    private static final long GIVE_UP = Duration.ofHours(1).toNanos();

    private final OutputStore store;
    private final Executor blocking;
    private final LongSupplier nanos;
    private final Map<String, RunOutput> outputs = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    /** Held while lines are logged and their place is noted. */
    private final ReentrantLock logging = new ReentrantLock();

    private volatile boolean logged;

    /**
     * @param blocking runs what may block for ever
     * @param nanos a clock that only grows
     * @param logged whether lines go to the log at first
     */
    public Outputs(OutputStore store, Executor blocking, LongSupplier nanos, boolean logged) {
        this.store = store;
        this.blocking = blocking;
        this.nanos = nanos;
        this.logged = logged;
    }

    /** Whether lines go to the log from now on. */
    public void logged(boolean wanted) {
        logged = wanted;
    }

    /** A run has begun here, or was taken back. */
    public void began(Run run) {
        of(run);
    }

    /** The run is over: logs the rest of its lines before anything is said of its end. Blocks on the local disk. */
    public void over(Run run) {
        log(of(run), true);
    }

    /**
     * The run's end is recorded: the rest of its output is stored, then its traces go. Returns at once.
     *
     * @param ofFleet false for jobs that run on every host
     */
    public void collect(Run run, boolean ofFleet) {
        RunOutput output = of(run);
        output.ofFleet = ofFleet;
        output.over = nanos.getAsLong();
        output.recorded = true;
        store(output);
    }

    /** What the shared store has of the output of a run, for a mail. Blocks on storage. */
    public MailOutput stored(String job, Instant fire, long token, String instance) {
        return store.beginning(job, fire, token, instance);
    }

    /** Looks for what the runs have written since. Returns at once. */
    public void look() {
        if (looking.compareAndSet(false, true)) {
            blocking.execute(() -> {
                try {
                    outputs.values().forEach(this::look);
                } finally {
                    looking.set(false);
                }
            });
        }
    }

    private void look(RunOutput output) {
        if (output.recorded) {
            store(output);
            return;
        }
        log(output, false);
        if (nanos.getAsLong() - output.since > SHORT_RUN && size(output) > output.stored) {
            store(output);
        }
    }

    private void log(RunOutput output, boolean over) {
        if (!logged) {
            return;
        }
        logging.lock();
        try {
            output.lines.take(over);
        } catch (IOException e) {
            LOG.debug("output not logged job={} token={}", output.run.job(), output.run.token(), e);
        } finally {
            logging.unlock();
        }
    }

    private void store(RunOutput output) {
        if (nanos.getAsLong() - output.retryAt >= 0 && output.storing.compareAndSet(false, true)) {
            blocking.execute(() -> storing(output));
        }
    }

    private void storing(RunOutput output) {
        boolean more = true;
        while (more) {
            boolean over = output.recorded;
            boolean stored = false;
            boolean done = false;
            try {
                stored = over ? store.complete(output) : store.grow(output);
                done = over && (stored || nanos.getAsLong() - output.over > GIVE_UP);
            } finally {
                output.retryAt = stored ? output.retryAt : nanos.getAsLong() + RETRY;
                output.storing.set(done); // nobody else must store, and forget, a run that is done with
            }
            if (done) {
                outputs.remove(key(output.run));
                output.run.forget();
                return;
            }
            // It may have ended meanwhile, and whoever said so found this thread busy.
            more = stored && output.recorded && output.storing.compareAndSet(false, true);
        }
    }

    /** Logs nothing any more: what was not logged is the next agent's. Waits so long for what is under way. */
    public void stop(Duration atMost) throws InterruptedException {
        if (!logging.tryLock(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("stopped while output was logged");
        }
        logged = false; // and the lock is kept, for this process ends
    }

    private static long size(RunOutput output) {
        try {
            return Files.size(output.run.output());
        } catch (IOException e) {
            return 0;
        }
    }

    private RunOutput of(Run run) {
        return outputs.computeIfAbsent(key(run), key -> new RunOutput(run, nanos.getAsLong()));
    }

    private static String key(Run run) {
        return run.job() + "@" + run.token();
    }
}
