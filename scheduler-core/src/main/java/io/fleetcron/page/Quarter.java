package io.fleetcron.page;

import io.fleetcron.config.JobDefinition;
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

    /** The quarters of the next 24 hours, the present one first. A job costs at most as many questions as there are. */
    static List<Quarter> ofNextDay(Collection<JobDefinition> jobs, Instant now) {
        Instant start = Instant.ofEpochSecond(now.getEpochSecond() / LENGTH.toSeconds() * LENGTH.toSeconds());
        int[] counts = new int[OF_A_DAY];
        List<List<String>> names = new ArrayList<>();
        for (int i = 0; i < OF_A_DAY; i++) {
            names.add(new ArrayList<>());
        }
        for (JobDefinition job : jobs) {
            List<Integer> due = due(job, start, now);
            due.forEach(quarter -> counts[quarter]++);
            if (due.size() <= RARELY) {
                due.forEach(quarter -> names.get(quarter).add(job.name()));
            }
        }
        List<Quarter> all = new ArrayList<>();
        for (int i = 0; i < OF_A_DAY; i++) {
            all.add(new Quarter(start.plus(LENGTH.multipliedBy(i)), counts[i], names.get(i)));
        }
        return all;
    }

    private static List<Integer> due(JobDefinition job, Instant start, Instant now) {
        List<Integer> due = new ArrayList<>();
        Optional<Instant> next = Upcoming.next(job, now);
        while (next.isPresent()) {
            long quarter = Duration.between(start, next.get()).dividedBy(LENGTH);
            if (quarter >= OF_A_DAY) {
                break;
            }
            due.add((int) quarter);
            Instant end = start.plus(LENGTH.multipliedBy(quarter + 1));
            next = Upcoming.next(job, end.minusNanos(1));
        }
        return due;
    }
}
