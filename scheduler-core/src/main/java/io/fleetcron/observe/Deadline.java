package io.fleetcron.observe;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks something of a file server that may never answer. A call on a hung mount cannot be interrupted, so the thread is
 * left behind: it is a daemon, and the process must end by halting. Whoever asks again and again leaves no second one
 * behind: while the last question has no answer, no other is asked. Thread-safe.
 */
public final class Deadline {

    private final Duration limit;
    private final LongSupplier clock;
    private volatile @Nullable FutureTask<?> unanswered;

    /**
     * Waits that long for each question.
     *
     * @param clock a clock that nobody sets, in nanoseconds
     */
    public Deadline(Duration limit, LongSupplier clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * Asks.
     *
     * @throws SharedUnavailable without an answer in time, or the question itself fails
     */
    public <T> T ask(Callable<T> question) throws SharedDirectoryUnavailable {
        return ask(step -> question.call());
    }

    /** A question that takes long, and shows that it gets on. */
    public interface Steps<T> {
        /**
         * @param step to be called whenever something was answered
         */
        T answer(Runnable step) throws Exception;
    }

    /**
     * Asks a question whose limit begins again with each step.
     *
     * @throws SharedDirectoryUnavailable without a step in time, or the question itself fails
     */
    public <T> T ask(Steps<T> question) throws SharedDirectoryUnavailable {
        FutureTask<?> earlier = unanswered;
        if (earlier != null && !earlier.isDone()) {
            throw noAnswer();
        }
        AtomicLong last = new AtomicLong(clock.getAsLong());
        FutureTask<T> task = new FutureTask<>(() -> question.answer(() -> last.set(clock.getAsLong())));
        Thread thread = new Thread(task, "shared-directory");
        thread.setDaemon(true);
        thread.start();
        try {
            return await(task, last);
        } catch (TimeoutException e) {
            unanswered = task;
            throw noAnswer();
        } catch (ExecutionException e) {
            throw SharedDirectoryUnavailable.because(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SharedDirectoryUnavailable("interrupted while reading it");
        }
    }

    private SharedDirectoryUnavailable noAnswer() {
        return new SharedDirectoryUnavailable(
                "no answer within " + limit.toMillis() + " ms: its file server hangs or is cut off");
    }

    private <T> T await(FutureTask<T> task, AtomicLong last)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (true) {
            long left = last.get() + limit.toNanos() - clock.getAsLong();
            try {
                return task.get(Math.max(0, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (clock.getAsLong() - last.get() >= limit.toNanos()) {
                    throw e;
                }
            }
        }
    }
}
