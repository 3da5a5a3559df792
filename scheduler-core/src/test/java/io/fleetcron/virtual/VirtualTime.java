package io.fleetcron.virtual;

import io.fleetcron.natives.Processor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes from event to event. Work that may block runs on strands: real threads, of which exactly one runs at a
 * time. A strand that waits runs the queue of events itself until its own turn comes, so that most waits need no switch of
 * threads. Everything happens in the order of the queue, so that the same seed gives the same history.
 *
 * <p>The threads share one processor, since only one of them has something to do: handing over is then a switch, and not the
 * wake-up of a processor that is at rest, which takes several times as long.
 */
final class VirtualTime {

    /** Whose event it is: a process, or a host. */
    interface Owner {
        /** It has ended: its events are dropped, and its strands end where they wait. */
        boolean isOver();

        /** It stands still: its events wait for {@link #thaw}. */
        boolean isFrozen();

        /** Takes an event while it stands still. */
        void defer(Event event);
    }

    /** What ends a strand whose process has ended. No handler of ordinary failures survives it. */
    static final class Gone extends Error {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("its process has ended", null, false, false);
        }
    }

    /** Something that happens at its time. */
    static final class Event implements Comparable<Event> {
        private final @Nullable Owner owner;
        private final @Nullable Runnable task;
        private final @Nullable Strand strand;
        private long when;
        private long order;
        private boolean cancelled;

        private Event(@Nullable Owner owner, @Nullable Runnable task, @Nullable Strand strand) {
            this.owner = owner;
            this.task = task;
            this.strand = strand;
        }

        void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Event other) {
            return when != other.when ? Long.compare(when, other.when) : Long.compare(order, other.order);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(order);
        }
    }

    /** Work that may wait. */
    static final class Strand {
        private final @Nullable Owner owner;
        private final Runnable work;
        private @Nullable Carrier carrier;
        private @Nullable Event wake;

        private Strand(@Nullable Owner owner, Runnable work) {
            this.owner = owner;
            this.work = work;
        }
    }

    /** A real thread that carries one strand after the other. */
    private final class Carrier {
        private final Thread thread;
        private volatile boolean go;
        private @Nullable Strand next;

        Carrier(@Nullable Thread present) {
            if (present == null) {
                thread = new Thread(null, this::carry, "strand", 512 * 1024L);
                thread.setDaemon(true);
                thread.start();
            } else {
                thread = present;
            }
            carriers.add(this);
        }

        void wake() {
            go = true;
            LockSupport.unpark(thread);
        }

        void awaitTurn() {
            while (!go) {
                LockSupport.park(this);
            }
            go = false;
        }

        private void carry() {
            Processor.stayOn(processor);
            while (true) {
                awaitTurn();
                if (ending && next == null) {
                    return;
                }
                Strand strand = next;
                next = null;
                while (strand != null) {
                    strand.carrier = this;
                    run(strand);
                    strand = drive(null, this);
                }
            }
        }
    }

    /** Later than any simulation lasts. */
    private static final long NEVER = Long.MAX_VALUE / 2;

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private final List<Carrier> carriers = new ArrayList<>();
    private final Deque<Carrier> idle = new ArrayDeque<>();
    private final Set<Strand> waiting = new LinkedHashSet<>();
    private final Strand main = new Strand(null, () -> {});
    private final int processor = Processor.current();
    private long now;
    private long orders;
    private long switches;
    private @Nullable Strand current = main;
    private @Nullable Throwable failure;
    private boolean ending;
    private int swept = 1_000;

    VirtualTime() {
        main.carrier = new Carrier(Thread.currentThread());
    }

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    /** How often one thread handed over to another. */
    long switches() {
        return switches;
    }

    /** How much processor time the threads have used. */
    Duration worked() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Duration.ofNanos(carriers.stream()
                .mapToLong(carrier -> threads.getThreadCpuTime(carrier.thread.getId()))
                .sum());
    }

    /** Lets a task happen after a while. It must not wait. */
    Event after(@Nullable Owner owner, long nanos, Runnable task) {
        Event event = new Event(owner, task, null);
        add(event, now + Math.max(0, nanos));
        return event;
    }

    /** Starts work that may wait. */
    void start(@Nullable Owner owner, Runnable work) {
        add(new Event(owner, null, new Strand(owner, work)), now);
    }

    /** Lets time pass, on the strand that calls. */
    void sleep(long nanos) {
        Strand self = self();
        requireAlive(self);
        long until = now + Math.max(0, nanos);
        Event first = queue.peek();
        if ((first == null || first.when > until) && (self.owner == null || !self.owner.isFrozen())) {
            now = until;
            return;
        }
        waking(self, until);
        await(self);
    }

    /**
     * As {@link #sleep(long)}; then something happens that does not wait, and the strand sleeps on: one turn of its thread for
     * all of it.
     *
     * @param then what happens; it returns for how many more nanoseconds the strand sleeps
     */
    void sleep(long nanos, LongSupplier then) {
        Strand self = self();
        requireAlive(self);
        add(new Event(self.owner, () -> waking(self, now + then.getAsLong()), null), now + nanos);
        await(self);
    }

    /** What strands wait for. */
    final class Signal {
        private final Deque<Strand> waiters = new ArrayDeque<>();

        /** Waits until it is given, or for so long; false if it was not given. */
        boolean await(long nanos) {
            boolean given;
            Strand self = self();
            requireAlive(self);
            waiters.add(self);
            waking(self, nanos > NEVER - now ? NEVER : now + Math.max(0, nanos));
            try {
                VirtualTime.this.await(self);
            } finally {
                given = !waiters.remove(self);
            }
            return given;
        }

        void await() {
            await(Long.MAX_VALUE);
        }

        /** Wakes all that wait. */
        void give() {
            while (!waiters.isEmpty()) {
                waking(waiters.remove(), now);
            }
        }
    }

    Signal signal() {
        return new Signal();
    }

    /** Gives what waited while its owner stood still its turn. */
    void thaw(Deque<Event> deferred) {
        while (!deferred.isEmpty()) {
            add(deferred.remove(), now);
        }
    }

    /** Lets the strands of an owner that is over end where they wait. */
    void reap(Owner owner) {
        List.copyOf(waiting).stream().filter(strand -> strand.owner == owner).forEach(strand -> waking(strand, now));
    }

    /** Sets when a strand that waits has its turn. */
    private void waking(Strand strand, long when) {
        if (strand.wake != null) {
            strand.wake.cancelled = true;
        }
        strand.wake = new Event(strand.owner, null, strand);
        add(strand.wake, when);
    }

    /** Lets time pass from outside. */
    void run(Duration time) {
        sleep(time.toNanos());
        if (failure != null) {
            throw new IllegalStateException("the simulation failed", failure);
        }
    }

    /** Ends all strands. */
    void end() {
        ending = true;
        queue.clear();
        while (!waiting.isEmpty()) {
            Strand strand = waiting.iterator().next();
            waiting.remove(strand);
            hand(carrier(strand), main);
        }
        queue.clear();
        idle.forEach(Carrier::wake);
    }

    /** Few events are cancelled before their time, but what is far away piles up. */
    private void sweep() {
        if (queue.size() > swept) {
            queue.removeIf(event -> event.cancelled);
            swept = 2 * queue.size() + 1_000;
        }
    }

    private void add(Event event, long when) {
        sweep();
        event.when = when;
        event.order = orders++;
        queue.add(event);
    }

    private Strand self() {
        Strand self = current;
        if (self == null) {
            throw new IllegalStateException("the thread of decisions must not wait");
        }
        return self;
    }

    private void requireAlive(Strand strand) {
        if (ending || (strand.owner != null && strand.owner.isOver())) {
            throw new Gone();
        }
    }

    /** The strand waits: this thread goes on with what is next, until it is the strand's turn. */
    private void await(Strand self) {
        if (self != main) {
            waiting.add(self);
        }
        drive(self, carrier(self));
        waiting.remove(self);
        self.wake = null;
        current = self;
        if (self != main) {
            requireAlive(self);
        }
    }

    /**
     * Lets happen what is next.
     *
     * @param self the strand that waits on this thread, if one does
     * @return what this thread is to carry next; nothing if another thread goes on
     */
    private @Nullable Strand drive(@Nullable Strand self, Carrier here) {
        while (true) {
            if (ending || failure != null) {
                return yieldToMain(self, here);
            }
            Event event = queue.poll();
            if (event == null) {
                failure = new IllegalStateException("nothing can happen any more");
                continue;
            }
            if (event.cancelled) {
                continue;
            }
            now = Math.max(now, event.when);
            Owner owner = event.owner;
            boolean over = owner != null && owner.isOver();
            if (owner != null && !over && owner.isFrozen()) {
                owner.defer(event);
                continue;
            }
            Strand strand = event.strand;
            if (strand == null) {
                if (!over) {
                    happen(event);
                }
            } else if (strand == self) {
                return self;
            } else if (strand.carrier != null) {
                return pass(carrier(strand), self, here);
            } else if (!over) {
                if (self == null) {
                    return strand;
                }
                Carrier other = idle.isEmpty() ? new Carrier(null) : idle.pop();
                other.next = strand;
                return pass(other, self, here);
            }
        }
    }

    private @Nullable Strand yieldToMain(@Nullable Strand self, Carrier here) {
        return self == main ? main : pass(carrier(main), self, here);
    }

    private @Nullable Strand pass(Carrier to, @Nullable Strand self, Carrier here) {
        if (self == null) {
            idle.push(here);
            switches++;
            to.wake();
            return null;
        }
        hand(to, self);
        return self;
    }

    private void hand(Carrier to, Strand self) {
        switches++;
        to.wake();
        carrier(self).awaitTurn();
    }

    private static Carrier carrier(Strand strand) {
        Carrier carrier = strand.carrier;
        if (carrier == null) {
            throw new IllegalStateException("not started");
        }
        return carrier;
    }

    private void happen(Event event) {
        current = null;
        try {
            if (event.task != null) {
                event.task.run();
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    private void run(Strand strand) {
        current = strand;
        try {
            strand.work.run();
        } catch (Gone e) {
            return;
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }
}
