package io.fleetcron.page;

import io.fleetcron.observe.StatusReport;
import io.fleetcron.observe.Upcoming;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which jobs are due in a quarter of an hour. Immutable.
 *
 * @param start its first moment
 * @param jobs how many jobs are due in it, each counted once however often it fires
 * @param named those of them that fire rarely
 */
record Quarter(Instant start, int jobs, List<String> named) {

    static final Duration LENGTH = Duration.ofMinutes(15);
    private static final int OF_A_DAY = 96;

    /** A job that is due in more of the day's quarters than this is counted and not named. */
    private static final int RARELY = 4;

    Quarter {
        named = List.copyOf(named);
    }

    /**
     * The quarters of the next 24 hours, the present one first. A job costs at most as many questions as there are.
     *
     * @param drawn what an earlier page was made of
     */
    static List<Quarter> ofNextDay(Collection<StatusReport.Job> jobs, Instant now, Drawn drawn) {
        Instant start = Instant.ofEpochSecond(now.getEpochSecond() / LENGTH.toSeconds() * LENGTH.toSeconds());
        int[] counts = new int[OF_A_DAY];
        List<List<String>> names = new ArrayList<>();
        for (int i = 0; i < OF_A_DAY; i++) {
            names.add(new ArrayList<>());
        }
        for (StatusReport.Job job : jobs) {
            List<Integer> due = due(job, start, drawn);
            due.forEach(quarter -> counts[quarter]++);
            if (due.size() <= RARELY) {
                due.forEach(quarter -> names.get(quarter).add(job.definition().name()));
            }
        }
        List<Quarter> all = new ArrayList<>();
        for (int i = 0; i < OF_A_DAY; i++) {
            all.add(new Quarter(start.plus(LENGTH.multipliedBy(i)), counts[i], names.get(i)));
        }
        return all;
    }

    /** Of the present quarter only what is still to come counts. */
    private static List<Integer> due(StatusReport.Job job, Instant start, Drawn drawn) {
        List<Integer> due = drawn.day(new Drawn.Day(job.definition(), start), Quarter::due);
        boolean passed = !due.isEmpty()
                && due.get(0) == 0
                && job.next().filter(start.plus(LENGTH)::isAfter).isEmpty();
        return passed ? due.subList(1, due.size()) : due;
    }

    private static List<Integer> due(Drawn.Day day) {
        List<Integer> due = new ArrayList<>();
        Optional<Instant> next = Upcoming.next(day.definition(), day.start().minusNanos(1));
        while (next.isPresent()) {
            long quarter = Duration.between(day.start(), next.get()).dividedBy(LENGTH);
            if (quarter >= OF_A_DAY) {
                break;
            }
            due.add((int) quarter);
            Instant end = day.start().plus(LENGTH.multipliedBy(quarter + 1));
            next = Upcoming.next(day.definition(), end.minusNanos(1));
        }
        return List.copyOf(due);
    }
}
