package io.fleetcron.virtual;

import io.fleetcron.loop.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The threads of one simulated agent. */
final class VirtualLoop implements EventLoop {
    private final VirtualTime time;
    private final VirtualProcess process;
    private boolean closed;

    VirtualLoop(VirtualTime time, VirtualProcess process) {
        this.time = time;
        this.process = process;
    }

    @Override
    public void run(Runnable task) {
        in(Duration.ZERO, task);
    }

    @Override
    public Timer in(Duration delay, Runnable task) {
        if (closed) {
            throw new RejectedExecutionException();
        }
        if (process.host().world().plants(Plant.LOSERS_GIVE_UP) && delay.toMillis() % 1000 != 0) {
            return () -> {}; // what is not jittered is no wait for a lock
        }
        Duration planted = process.host().world().plantWait(process.host(), delay);
        VirtualTime.Event event = time.after(process, process.host().real(planted.toNanos()), () -> {
            if (!closed) {
                EventLoop.survive(task).run();
            }
        });
        return event::cancel;
    }

    @Override
    public <T> void offload(Supplier<T> work, Consumer<T> then) {
        start(EventLoop.survive(() -> {
            T result = work.get();
            run(() -> then.accept(result));
        }));
    }

    @Override
    public void start(Runnable task) {
        if (!closed) {
            time.start(process, task);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the result is asked for itself
    public <T> T await(CompletableFuture<T> result, Duration atMost) throws ExecutionException, TimeoutException {
        VirtualTime.Signal done = time.signal();
        result.whenComplete((value, failure) -> done.give());
        if (!result.isDone() && !done.await(process.host().real(atMost.toNanos()))) {
            throw new TimeoutException();
        }
        try {
            return result.get();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Lock lock() {
        return new VirtualLock(time);
    }

    @Override
    public void finish(Duration atMost, Work last) {
        throw new UnsupportedOperationException("an agent is closed");
    }

    @Override
    public void close() {
        closed = true;
    }
}
