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
 * @param leftOut which of them are left out on purpose
 */
record DueFires(Optional<Row> older, List<Instant> fires, LeftOut leftOut) {

    /** How many fires are kept one by one. */
    static final int LIMIT = 10_000;

    /** A row of fires: the first, the last, how many, and why they are left out if all are for one reason. */
    record Row(Instant first, Instant last, long count, Optional<String> leftOut) {
        private Row plus(Instant fire, Optional<String> reason) {
            return new Row(first, fire, count + 1, leftOut.filter(same -> reason.equals(leftOut)));
        }
    }

    /** The scheduled times later than {@code after} and not later than {@code upTo}. */
    static DueFires between(Schedule schedule, Instant after, Instant upTo, LeftOut leftOut) {
        ArrayDeque<Instant> newest = new ArrayDeque<>();
        Optional<Row> older = Optional.empty();
        Optional<Instant> next = schedule.next(after);
        while (next.isPresent() && !next.get().isAfter(upTo)) {
            newest.addLast(next.get());
            if (newest.size() > LIMIT) {
                Instant oldest = newest.removeFirst();
                Optional<String> reason = leftOut.reason(oldest);
                older = Optional.of(
                        older.map(row -> row.plus(oldest, reason)).orElse(new Row(oldest, oldest, 1, reason)));
            }
            next = schedule.next(next.get());
        }
        return new DueFires(older, new ArrayList<>(newest), leftOut);
    }

    boolean isEmpty() {
        return fires.isEmpty();
    }

    Instant newest() {
        return fires.get(fires.size() - 1);
    }

    /** True if the fire at that place may be started, as far as nobody wants it left out. */
    boolean open(int place) {
        return leftOut.reason(fires.get(place)).isEmpty();
    }

    /** The place of the newest fire that may be started; negative if there is none. */
    int newestOpen() {
        int place = fires.size() - 1;
        while (place >= 0 && !open(place)) {
            place--;
        }
        return place;
    }
}
