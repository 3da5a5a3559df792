package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.CrontabLine;
import java.time.Duration;
import java.util.Optional;

/**
 * RANDOM_DELAY of cronie's crond and of anacron: up to so many minutes, chosen at random, by which each start is late
 * (crontab(5), anacrontab(5)). A splay is as much, chosen once by the job's name.
 */
final class Delays {
    private static final int MOST_MINUTES = 24 * 60;

    private Delays() {}

    /** Empty where there is none, or the line has no times. */
    static Optional<Duration> splay(CrontabLine entry) {
        return variable(entry)
                .filter(text -> isUsable(text) && !entry.expression().equals("@reboot"))
                .map(text -> Duration.ofMinutes(Integer.parseInt(text)));
    }

    /** A value that crond would not take, or no splay can hold. */
    static Optional<String> unusable(CrontabLine entry) {
        return variable(entry).filter(text -> !isUsable(text) && !text.matches("0*"));
    }

    private static Optional<String> variable(CrontabLine entry) {
        return Optional.ofNullable(entry.variables().get("RANDOM_DELAY"));
    }

    private static boolean isUsable(String text) {
        return text.matches("0*[1-9][0-9]{0,3}") && Integer.parseInt(text) <= MOST_MINUTES;
    }
}
