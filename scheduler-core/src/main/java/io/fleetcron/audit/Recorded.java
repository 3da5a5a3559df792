package io.fleetcron.audit;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What history and ledgers say of fires and runs, with 40 bytes for each: a million of them have room in a small heap.
 * Lines may come in any order and several times. For one thread.
 */
public final class Recorded {

    /** Instances and reasons that are kept apart: more than a fleet has, and no more than fits into the heap. */
    private static final int WORDS = 10_000;

    private static final String OTHER = "(others)";
    private static final String SOMEBODY = "somebody";

    private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
    private static final int OUTCOME = 15;
    private static final int RUNNING = 16;
    private static final int MANUAL = 32;
    private static final int INSTANCE = 6;

    private final Map<String, OfJob> jobs = new HashMap<>();
    private final Words instances = new Words();
    private final Words reasons = new Words();

    /** Numbers for words. */
    private static final class Words {
        private final Map<String, Integer> numbers = new HashMap<>();
        private final List<String> words = new ArrayList<>();

        int number(String word) {
            String kept = numbers.size() < WORDS || numbers.containsKey(word) ? word : OTHER;
            return numbers.computeIfAbsent(kept, w -> {
                words.add(w);
                return words.size() - 1;
            });
        }

        String word(int number) {
            return words.get(number);
        }
    }

    /** Fires that never ran, settled together. */
    record Row(Instant from, Instant through, Outcome outcome, String reason, String instance) {}

    /**
     * A run that a person asked for.
     *
     * @param by who
     */
    record ByHand(String instance, Instant started, String by) {}

    /**
     * One fire or run.
     *
     * @param fire the scheduled time
     * @param ended when it ended; of a run in progress, the end of time
     * @param running whether it is in progress
     * @param reason why it was left out; empty if none is given
     */
    record Item(
            Instant fire,
            long token,
            Instant started,
            Instant ended,
            Outcome outcome,
            boolean running,
            boolean manual,
            String instance,
            String reason) {

        boolean scheduledRun() {
            return outcome.ran() && !manual;
        }

        private boolean copyOf(Item other) {
            return token == other.token
                    && outcome.ran() == other.outcome.ran()
                    && fire.equals(other.fire)
                    && instance.equals(other.instance);
        }
    }

    /** Adds a settlement. */
    public void add(HistoryLine line) {
        Settlement it = line.settlement();
        OfJob job = jobs.computeIfAbsent(line.job(), name -> new OfJob());
        if (it.count() > 1) {
            job.rows.add(
                    new Row(it.fire(), it.through(), it.outcome(), it.reason().orElse(""), it.instance()));
            return;
        }
        boolean manual = it.trigger() == RunOrigin.MANUAL;
        if (manual) {
            job.byHand(it.token(), it.instance(), it.started().orElse(it.fire()), it.request());
        }
        job.add(
                it.fire(),
                it.token(),
                it.outcome().ran()
                        ? it.started().orElse(it.fire()).toEpochMilli()
                        : reasons.number(it.reason().orElse("")),
                it.ended().toEpochMilli(),
                meta(it.outcome(), false, manual, it.instance()));
    }

    /** Adds a run in progress. */
    public void add(String job, CurrentRun run) {
        boolean manual = run.trigger() == RunOrigin.MANUAL;
        OfJob recorded = jobs.computeIfAbsent(job, name -> new OfJob());
        if (manual) {
            recorded.byHand(run.token(), run.instance(), run.started(), run.request());
        }
        recorded.add(
                run.fire(),
                run.token(),
                run.started().toEpochMilli(),
                Long.MAX_VALUE,
                meta(Outcome.OTHER, true, manual, run.instance()));
    }

    private int meta(Outcome outcome, boolean running, boolean manual, String instance) {
        int flags = (running ? RUNNING : 0) | (manual ? MANUAL : 0);
        return OUTCOMES.indexOf(outcome) | flags | (instances.number(instance) << INSTANCE);
    }

    /** The jobs that anything is on record of. */
    Set<String> jobs() {
        return jobs.keySet();
    }

    OfJob job(String name) {
        return jobs.getOrDefault(name, new OfJob());
    }

    /** What is on record of one job. */
    final class OfJob {
        private static final int SECOND = 1_000;

        private final List<Row> rows = new ArrayList<>();
        private final Map<String, ByHand> byHand = new HashMap<>();
        private long[] fires = new long[4];
        private long[] tokens = new long[4];
        private long[] starts = new long[4];
        private long[] ends = new long[4];
        private int[] metas = new int[4];
        private int size;

        private void add(Instant fire, long token, long start, long end, int meta) {
            if (size == fires.length) {
                int more = size + size / 2;
                fires = Arrays.copyOf(fires, more);
                tokens = Arrays.copyOf(tokens, more);
                starts = Arrays.copyOf(starts, more);
                ends = Arrays.copyOf(ends, more);
                metas = Arrays.copyOf(metas, more);
            }
            fires[size] = fire.toEpochMilli();
            tokens[size] = token;
            starts[size] = start;
            ends[size] = end;
            metas[size++] = meta;
        }

        private void byHand(long token, String instance, Instant started, Optional<ManualRequest> request) {
            String by = request.map(it -> it.asked().by()).orElse(SOMEBODY);
            byHand.put(token + " " + instance, new ByHand(instance, started, by));
        }

        /** Who asked for that run by hand. */
        String asker(Item run) {
            ByHand found = byHand.get(run.token() + " " + run.instance());
            return found == null ? SOMEBODY : found.by();
        }

        /** Runs by hand, of each one copy. */
        Collection<ByHand> byHand() {
            return byHand.values();
        }

        /** Rows by their first fire. */
        List<Row> rows() {
            return rows.stream().sorted(Comparator.comparing(Row::from)).toList();
        }

        /** All by scheduled time, then token; of each one copy. */
        Cursor byFire() {
            return new Cursor(fires, false, Comparator.comparing(Item::fire).thenComparing(Item::token));
        }

        /** All that ran, by start, then token; of each one copy. */
        Cursor byStart() {
            return new Cursor(starts, true, Comparator.comparing(Item::started).thenComparing(Item::token));
        }

        private Outcome outcome(int place) {
            return OUTCOMES.get(metas[place] & OUTCOME);
        }

        private Item item(int place) {
            boolean ran = outcome(place).ran();
            return new Item(
                    Instant.ofEpochMilli(fires[place]),
                    tokens[place],
                    ran ? Instant.ofEpochMilli(starts[place]) : Instant.EPOCH,
                    ends[place] == Long.MAX_VALUE ? Instant.MAX : Instant.ofEpochMilli(ends[place]),
                    outcome(place),
                    (metas[place] & RUNNING) != 0,
                    (metas[place] & MANUAL) != 0,
                    instances.word(metas[place] >> INSTANCE),
                    ran ? "" : reasons.word((int) starts[place]));
        }

        /** Goes through what is on record in an order. */
        final class Cursor {
            private static final int PLACE = 29;

            private final Comparator<Item> order;
            private final long[] keys;
            private final Deque<Item> group = new ArrayDeque<>();
            private int at;

            /** Sorts places by the second: a number of it and the place fit into one {@code long}. */
            Cursor(long[] times, boolean ranOnly, Comparator<Item> order) {
                this.order = order;
                long[] all = new long[size];
                int count = 0;
                for (int place = 0; place < size; place++) {
                    if (!ranOnly || outcome(place).ran()) {
                        all[count++] = ((times[place] / SECOND) << PLACE) | place;
                    }
                }
                keys = count == size ? all : Arrays.copyOf(all, count);
                Arrays.sort(keys);
            }

            /** The next one without passing over it; null at the end. */
            @Nullable
            Item peek() {
                if (group.isEmpty()) {
                    fill();
                }
                return group.peekFirst();
            }

            void pass() {
                group.removeFirst();
            }

            private void fill() {
                if (at == keys.length) {
                    return;
                }
                long second = keys[at] >> PLACE;
                List<Item> same = new ArrayList<>();
                while (at < keys.length && keys[at] >> PLACE == second) {
                    same.add(item((int) (keys[at++] & ((1 << PLACE) - 1))));
                }
                if (same.size() > 1) {
                    same.sort(order.thenComparing(Item::instance).thenComparing(Item::running));
                }
                for (Item item : same) {
                    if (group.isEmpty() || !item.copyOf(group.getLast())) {
                        group.addLast(item);
                    }
                }
            }
        }
    }
}
