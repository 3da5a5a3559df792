package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.CrontabLine;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.yaml.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Says what crond did about a command still running when its next time came. */
final class Overlaps {
    private static final int TIMES = 100;

    /** Next to no command of a crontab takes longer; one that comes more rarely needs no decision. */
    private static final Duration LONGEST_RUN = Duration.ofHours(12);

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Overlaps() {}

    /**
     * Empty without a next time that a run could reach.
     *
     * @param times in UTC, so that no clock change shortens a day
     */
    static Optional<String> of(CrontabLine entry, Schedule times) {
        return shortestGap(times)
                .filter(gap -> gap.compareTo(LONGEST_RUN) < 0)
                .map(gap -> text(Durations.format(gap), entry));
    }

    private static String text(String gap, CrontabLine entry) {
        if (entry.options().contains('s')) {
            return "crond too left a fire out while the run before went on (-s)";
        }
        if (entry.text().command().matches("(?s).*\\bflock\\b.*")) {
            return "its flock kept runs on one host apart; fleetcron does so for the fleet, so it may go";
        }
        return "crond would start it after " + gap + " beside a run still going, fleetcron never:"
                + " skip that fire, queue it, or replace the run";
    }

    private static Optional<Duration> shortestGap(Schedule schedule) {
        Optional<Duration> shortest = Optional.empty();
        Optional<Instant> time = schedule.next(START);
        for (int i = 0; i < TIMES && time.isPresent(); i++) {
            Instant now = time.get();
            time = schedule.next(now);
            Optional<Duration> gap = time.map(next -> Duration.between(now, next));
            shortest = shorter(shortest, gap);
        }
        return shortest;
    }

    private static Optional<Duration> shorter(Optional<Duration> a, Optional<Duration> b) {
        return a.isEmpty() || (b.isPresent() && b.get().compareTo(a.get()) < 0) ? b : a;
    }
}
