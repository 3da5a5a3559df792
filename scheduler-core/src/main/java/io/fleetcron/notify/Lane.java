package io.fleetcron.notify;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What waits for one receiver: delivered one after the other, each tried a few times with pauses in between, so that a
 * receiver that hangs holds up nobody else. Thread-safe; blocks no caller of {@link #add}.
 */
final class Lane {

    /** Runs what may block: now, or after a pause. */
    interface Threads {
        void block(Runnable task);

        void blockAfter(Duration pause, Runnable task);
    }

    /** One delivery. */
    interface Item {
        /** Tries once. */
        Optional<Failure> deliver();

        /** It is over: delivered, or for good not. */
        void over(Optional<Failure> failure);
    }

    static final int MOST_WAITING = 1000;

    private final Threads threads;
    private final List<Duration> pauses;
    private final Deque<Item> waiting = new ArrayDeque<>();
    private boolean busy;
    private int tries;

    /**
     * @param pauses between tries: there is one try more
     */
    Lane(Threads threads, List<Duration> pauses) {
        this.threads = threads;
        this.pauses = pauses;
    }

    /** Delivers it after what waits already; one that finds too much waiting is over at once. */
    void add(Item item) {
        Runnable next = this::work;
        synchronized (this) {
            if (waiting.size() >= MOST_WAITING) {
                next = () -> item.over(Optional.of(new Failure(MOST_WAITING + " wait already", false)));
            } else {
                waiting.add(item);
                if (busy) {
                    return;
                }
                busy = true;
            }
        }
        threads.block(next);
    }

    /** Whether it is delivering something, or waits to try again. */
    synchronized boolean isBusy() {
        return busy;
    }

    private void work() {
        Optional<Item> next = head();
        while (next.isPresent()) {
            Optional<Failure> failure = attempt(next.get()::deliver);
            Optional<Duration> pause = pause(failure);
            if (pause.isPresent()) {
                threads.blockAfter(pause.get(), this::work);
                return;
            }
            next.get().over(failure);
            next = next();
        }
    }

    private static Optional<Failure> attempt(Supplier<Optional<Failure>> delivery) {
        try {
            return delivery.get();
        } catch (RuntimeException e) {
            return Optional.of(new Failure("internal error: " + e, false));
        }
    }

    private synchronized Optional<Duration> pause(Optional<Failure> failure) {
        if (failure.filter(Failure::again).isEmpty() || tries == pauses.size()) {
            tries = 0;
            return Optional.empty();
        }
        return Optional.of(pauses.get(tries++));
    }

    private synchronized Optional<Item> head() {
        busy = !waiting.isEmpty();
        return Optional.ofNullable(waiting.peek());
    }

    private synchronized Optional<Item> next() {
        waiting.remove();
        return head();
    }
}
