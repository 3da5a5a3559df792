package io.fleetcron.loop;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real threads, real time. Thread-safe. */
public final class ThreadedEventLoop implements EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadedEventLoop.class);
    private static final long STACK = 256 * 1024L;
    private static final Duration NO_THREAD = Duration.ofSeconds(2);

    private final ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1, daemons("loop"));
    private final ExecutorService blocking = Executors.newCachedThreadPool(daemons("io"));

    public ThreadedEventLoop() {
        loop.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void run(Runnable task) {
        loop.execute(EventLoop.survive(task));
    }

    @Override
    public Timer in(Duration delay, Runnable task) {
        Future<?> timer = loop.schedule(EventLoop.survive(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    @Override
    public <T> void offload(Supplier<T> work, Consumer<T> then) {
        try {
            blocking.execute(EventLoop.survive(() -> {
                T result = work.get();
                run(() -> then.accept(result));
            }));
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: work dropped");
        } catch (OutOfMemoryError e) { // so Java calls it when the kernel gives no thread
            LOG.error("no thread can be started: {}; tried again in {}", e.getMessage(), NO_THREAD);
            in(NO_THREAD, () -> offload(work, then));
        }
    }

    @Override
    public void start(Runnable task) {
        daemons("prepare").newThread(task).start();
    }

    @Override
    public <T> T await(CompletableFuture<T> result, Duration atMost)
            throws InterruptedException, ExecutionException, TimeoutException {
        return result.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Lock lock() {
        return new ReentrantLock();
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(null, task, name, STACK);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
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
