package io.fleetcron.output;

import io.fleetcron.fleet.RunId;
import io.fleetcron.run.Run;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the runs of this instance write: lines of the agent's log, and a file in the shared store, both while the run
 * goes on. One look a second at the sizes of local files serves all runs. Thread-safe.
 */
public final class OutputCollector {

    /** How often {@link #look} is wanted. */
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(OutputCollector.class);
    /** Most runs are over by then, and cost one write. */
    private static final long SHORT_RUN = Duration.ofSeconds(1).toNanos();

    private static final long RETRY = Duration.ofSeconds(5).toNanos();
    /** Seconds. */
    private static final long PATIENCE = 2;

    private static final long GIVE_UP = Duration.ofHours(1).toNanos();

    private final OutputStore store;
    private final Executor blocking;
    private final LongSupplier nanos;
    private final Map<String, OutputProgress> outputs = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Queue<OutputProgress> toStore = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean working = new AtomicBoolean();
    /** Held while lines are logged and their place is noted. */
    private final ReentrantLock logging = new ReentrantLock();

    private volatile boolean logged;

    /**
     * @param blocking runs what may block indefinitely
     * @param nanos a clock that only grows
     * @param logged whether lines go to the log at first
     */
    public OutputCollector(OutputStore store, Executor blocking, LongSupplier nanos, boolean logged) {
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

    /**
     * The run is over: logs the rest of its lines before anything is said of its end, unless the local disk does not answer
     * in time. Then they come later, for the run's end must be recorded.
     */
    public void over(Run run) throws InterruptedException {
        OutputProgress output = of(run);
        if (!logged || size(output) == 0) {
            return;
        }
        try {
            CompletableFuture.runAsync(() -> log(output, true), blocking).get(PATIENCE, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "output not logged yet, the local disk does not answer job={} token={}",
                    run.id().job(),
                    run.id().token());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * The run's end is recorded: the rest of its output is stored, then its traces go. Returns at once.
     *
     * @param ofFleet false for jobs that run on every host
     */
    public void collect(Run run, boolean ofFleet) {
        OutputProgress output = of(run);
        output.ofFleet = ofFleet;
        output.over = nanos.getAsLong();
        output.recorded = true;
        store(output);
    }

    /** What the shared store has of the output of a run, for a mail. Blocks on storage. */
    public MailExcerpt stored(RunId run) {
        return store.beginning(run);
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

    private void look(OutputProgress output) {
        if (output.recorded) {
            if (nanos.getAsLong() - output.over > GIVE_UP) {
                giveUp(output);
            } else {
                store(output);
            }
            return;
        }
        log(output, false);
        if (nanos.getAsLong() - output.since > SHORT_RUN && size(output) > output.stored) {
            store(output);
        }
    }

    private void log(OutputProgress output, boolean over) {
        if (!logged) {
            return;
        }
        logging.lock();
        try {
            output.lines.take(over);
        } catch (IOException e) {
            LOG.debug(
                    "output not logged job={} token={}",
                    output.run.id().job(),
                    output.run.id().token(),
                    e);
        } finally {
            logging.unlock();
        }
    }

    private void store(OutputProgress output) {
        if (nanos.getAsLong() - output.retryAt >= 0 && output.waiting.compareAndSet(false, true)) {
            toStore.add(output);
            work();
        }
    }

    /** One thread stores for all runs: a share that hangs holds up one, however many runs end in the meantime. */
    private void work() {
        if (working.compareAndSet(false, true)) {
            blocking.execute(() -> {
                try {
                    for (OutputProgress next = toStore.poll(); next != null; next = toStore.poll()) {
                        storeNow(next);
                    }
                } finally {
                    working.set(false);
                    if (!toStore.isEmpty()) {
                        work(); // it was added while this thread was about to end, or one before it threw
                    }
                }
            });
        }
    }

    private void storeNow(OutputProgress output) {
        output.waiting.set(false); // whoever finds from here on that there is more adds it again
        if (outputs.get(key(output.run)) != output) {
            OutputStore.close(output);
            return; // all of it is stored, or was given up
        }
        boolean over = output.recorded;
        boolean stored = false;
        try {
            stored = over ? store.complete(output) : store.grow(output);
        } catch (RuntimeException e) {
            LOG.error("internal error, please report it job={}", output.run.id().job(), e);
        }
        output.retryAt = stored ? output.retryAt : nanos.getAsLong() + RETRY;
        if (over && stored && outputs.remove(key(output.run), output)) {
            output.run.forget();
        }
    }

    /** Not by the thread that stores, which may hang, with this output or another one. */
    private void giveUp(OutputProgress output) {
        if (outputs.remove(key(output.run), output)) {
            LOG.warn(
                    "output not stored job={} fire={} token={}: storage has refused it, or not answered, for an hour; what"
                            + " of it is not in the log is lost",
                    output.run.id().job(),
                    output.run.id().time(),
                    output.run.id().token());
            blocking.execute(output.run::forget);
        }
    }

    /** Logs nothing any more: what was not logged is the next agent's. Waits so long for what is under way. */
    public void stop(Duration atMost) throws InterruptedException {
        if (!logging.tryLock(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("stopped while output was logged");
        }
        logged = false; // and the lock is kept, for this process ends
    }

    private static long size(OutputProgress output) {
        return output.run.output().toFile().length(); // 0 as long as it is not there
    }

    private OutputProgress of(Run run) {
        return outputs.computeIfAbsent(key(run), key -> new OutputProgress(run, nanos.getAsLong()));
    }

    private static String key(Run run) {
        return run.id().job() + "@" + run.id().token();
    }
}
