package io.fleetcron.loop;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's one thread of decisions, which never blocks, and the expendable threads beside it, which may. Nothing that a
 * task throws ends either. Thread-safe.
 */
public interface EventLoop extends AutoCloseable {

    /** A task that waits for its time. */
    interface Timer {
        /** The task does not run any more, unless it runs already. */
        void cancel();
    }

    /** A last piece of blocking work. */
    interface Work {
        void run() throws IOException;
    }

    /**
     * Runs a task on the loop as soon as possible.
     *
     * @throws RejectedExecutionException if the agent stops
     */
    void run(Runnable task);

    /** Runs a task on the loop after a delay. */
    Timer in(Duration delay, Runnable task);

    /** Runs {@code work} on a thread that may block indefinitely, and brings what it returns back to the loop. */
    <T> void offload(Supplier<T> work, Consumer<T> then);

    /**
     * Runs a task on a thread of its own, which may stay behind.
     *
     * @throws OutOfMemoryError if the kernel gives no thread: so Java calls it
     */
    void start(Runnable task);

    /** Waits for a result, on a thread that may block. */
    <T> T await(CompletableFuture<T> result, Duration atMost)
            throws InterruptedException, ExecutionException, TimeoutException;

    /** A lock that threads of this agent may hold while they block, and wait for. */
    Lock lock();

    /** Does one last piece of work beside what is under way, waits for all of it, then closes. */
    void finish(Duration atMost, Work last);

    /** Drops what has not begun. */
    @Override
    void close();

    /** As {@link #run}, for news that nobody needs once the agent stops. */
    default void tell(Runnable task) {
        try {
            run(task);
        } catch (RejectedExecutionException e) {
            Log.LOG.debug("stopping: task dropped");
        }
    }

    /** Runs a task on the loop again and again, each time so long after its end. */
    default void every(Duration pause, Runnable task) {
        run(() -> {
            try {
                task.run();
            } finally {
                in(pause, () -> every(pause, task));
            }
        });
    }

    /** Runs a task on the loop, from another thread, and waits for its end. What it throws is thrown here. */
    default void call(Runnable task) throws InterruptedException {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        run(() -> {
            try {
                task.run();
                done.complete(true);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        awaitEnd(done, Duration.ofDays(1));
    }

    /**
     * Runs {@code work} on a thread that may block indefinitely, and {@code after} on the loop when it is over, also if it
     * threw: what must be done again is not left undone because of one failure.
     */
    default void tend(Runnable work, Runnable after) {
        offload(
                () -> {
                    survive(work).run();
                    return true;
                },
                done -> after.run());
    }

    /** Runs a task on a thread that may block indefinitely. */
    default void block(Runnable task) {
        tend(task, () -> {});
    }

    /** As {@link #block(Runnable)}; waits for the task's end so long at most. False if that was not long enough. */
    default boolean block(Runnable task, Duration atMost) throws InterruptedException {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        block(() -> {
            try {
                task.run();
            } finally {
                done.complete(true);
            }
        });
        return awaitEnd(done, atMost);
    }

    private boolean awaitEnd(CompletableFuture<Boolean> done, Duration atMost) throws InterruptedException {
        try {
            return await(done, atMost);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** The same task, which throws nothing. */
    static Runnable survive(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RejectedExecutionException e) {
                Log.LOG.debug("stopping: task dropped");
            } catch (RuntimeException | Error e) {
                Log.LOG.error("internal error, please report it", e);
            }
        };
    }

    /** An interface can have no private field. */
    final class Log {
        private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

        private Log() {}
    }
}
