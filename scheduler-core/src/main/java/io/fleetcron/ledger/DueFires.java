package io.fleetcron.ledger;

import io.fleetcron.config.schedule.Schedule;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The scheduled times in a span, newest kept one by one. A job that fires every second and was down for a week owes
 * 600,000 fires; the oldest of so many are settled as one row.
 *
 * @param older the row of fires beyond the limit, oldest of all
 * @param fires the newest ones, oldest first
 */
record DueFires(Optional<Row> older, List<Instant> fires) {

    /** How many fires are kept one by one. */
    static final int LIMIT = 10_000;

    /** A row of fires: the first, the last, how many. */
    record Row(Instant first, Instant last, long count) {
        private Row plus(Instant fire) {
            return new Row(first, fire, count + 1);
        }
    }

    /** The scheduled times later than {@code after} and not later than {@code upTo}. */
    static DueFires between(Schedule schedule, Instant after, Instant upTo) {
        ArrayDeque<Instant> newest = new ArrayDeque<>();
        Optional<Row> older = Optional.empty();
        Optional<Instant> next = schedule.next(after);
        while (next.isPresent() && !next.get().isAfter(upTo)) {
            newest.addLast(next.get());
            if (newest.size() > LIMIT) {
                Instant oldest = newest.removeFirst();
                older = Optional.of(older.map(row -> row.plus(oldest)).orElse(new Row(oldest, oldest, 1)));
            }
            next = schedule.next(next.get());
        }
        return new DueFires(older, new ArrayList<>(newest));
    }

    boolean isEmpty() {
        return fires.isEmpty();
    }

    Instant newest() {
        return fires.get(fires.size() - 1);
    }
}
