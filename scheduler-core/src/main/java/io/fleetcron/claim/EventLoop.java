package io.fleetcron.claim;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's one thread of decisions, which never blocks, and the expendable threads beside it, which may. Thread-safe.
 */
public final class EventLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final long STACK = 256 * 1024L;
    private static final Duration NO_THREAD = Duration.ofSeconds(2);

    private final ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1, daemons("loop"));
    private final ExecutorService blocking = Executors.newCachedThreadPool(daemons("io"));

    public EventLoop() {
        loop.setRemoveOnCancelPolicy(true);
    }

    /** Runs a task on the loop as soon as may be. */
    public void run(Runnable task) {
        loop.execute(survive(task));
    }

    /** As {@link #run}, for news that nobody needs once the agent stops. */
    void tell(Runnable task) {
        try {
            run(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: task dropped");
        }
    }

    /** Runs a task on the loop after a delay. */
    Future<?> in(Duration delay, Runnable task) {
        return loop.schedule(survive(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** As {@link #in}, for a task that nobody takes back. */
    @SuppressWarnings("FutureReturnValueIgnored") // the task survives whatever it throws
    void later(Duration delay, Runnable task) {
        in(delay, task);
    }

    /** Runs a task on the loop again and again, each time so long after its end. */
    public void every(Duration pause, Runnable task) {
        run(() -> {
            try {
                task.run();
            } finally {
                later(pause, () -> every(pause, task));
            }
        });
    }

    /** Runs {@code work} on a thread that may block indefinitely, and brings what it returns back to the loop. */
    <T> void offload(Supplier<T> work, Consumer<T> then) {
        try {
            blocking.execute(survive(() -> {
                T result = work.get();
                run(() -> then.accept(result));
            }));
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: work dropped");
        } catch (OutOfMemoryError e) { // so Java calls it when the kernel gives no thread
            LOG.error("no thread can be started: {}; tried again in {}", e.getMessage(), NO_THREAD);
            later(NO_THREAD, () -> offload(work, then));
        }
    }

    /**
     * Runs {@code work} on a thread that may block indefinitely, and {@code after} on the loop when it is over, also if it
     * threw: what must be done again is not left undone because of one failure.
     */
    public void tend(Runnable work, Runnable after) {
        offload(
                () -> {
                    survive(work).run();
                    return true;
                },
                done -> after.run());
    }

    /** Runs a task on a thread that may block indefinitely. */
    public void block(Runnable task) {
        offload(
                () -> {
                    task.run();
                    return true;
                },
                done -> {});
    }

    /** Nothing that a task throws ends the loop. */
    private static Runnable survive(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RejectedExecutionException e) {
                LOG.debug("stopping: task dropped");
            } catch (RuntimeException | Error e) {
                LOG.error("internal error, please report it", e);
            }
        };
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(null, task, name, STACK);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A last piece of blocking work. */
    public interface Work {
        void run() throws IOException;
    }

    /** Does one last piece of work beside what is under way, waits for all of it, then closes. */
    public void finish(Duration atMost, Work last) {
        block(() -> {
            try {
                last.run();
            } catch (IOException e) {
                LOG.warn("{}", e.getMessage());
            }
        });
        blocking.shutdown();
        try {
            if (!blocking.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("storage did not answer in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.shutdownNow();
    }

    @Override
    public void close() {
        loop.shutdownNow();
        blocking.shutdown();
    }
}
