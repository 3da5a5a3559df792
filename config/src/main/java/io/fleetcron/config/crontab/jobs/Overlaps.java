package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.CrontabLine;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.yaml.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what crond did about a command still running when its next time came. */
final class Overlaps {
    private static final int TIMES = 100;

    /** Next to no command of a crontab takes longer; one that comes more rarely needs no decision. */
    private static final Duration LONGEST_RUN = Duration.ofHours(12);

    private static final Pattern FLOCK = Pattern.compile("\\bflock\\b");

    /** flock(1): with {@code -n}, and with {@code -w 0}, it gives up at once. */
    private static final Pattern NOT_WAITING =
            Pattern.compile("\\bflock\\s(?:-\\S+\\s+(?:[0-9]+\\s+)?)*?(?:-[a-z]*n[a-z]*|--nonblock|--nb|-w\\s*0)\\s");

    /** timeout(1) before one command or pipeline, and its time. */
    private static final Pattern TIMEOUT = Pattern.compile(
            "(?s)\\s*(?:cd\\s+\\S+\\s*&&\\s*)?(?:\\S*/)?timeout\\s+(?:-[ks]\\s+\\S+\\s+|-\\S+\\s+)*([0-9]{1,9})([smhd]?)\\s(?!.*(?:;|&&|\\|\\|)).*");

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Overlaps() {}

    /**
     * What the operator must decide; empty where no run can reach the next time, where the next run makes up for one that is left
     * out, and where crond's line left it out itself.
     *
     * @param command what the job runs: the line's command, or one script of a folder that the line runs
     * @param times in UTC, so that no clock change shortens a day
     */
    static Optional<String> of(CrontabLine entry, String command, Schedule times) {
        if (leavesOut(entry) || Placements.isWhole(command)) {
            return Optional.empty();
        }
        return shortestGap(times)
                .filter(gap -> gap.compareTo(LONGEST_RUN) < 0)
                .filter(gap ->
                        limit(entry).filter(end -> end.compareTo(gap) < 0).isEmpty())
                .map(gap -> text(Durations.format(gap), entry));
    }

    /** What is in the line that did what {@code overlap: skip} does. */
    static Optional<String> note(CrontabLine entry) {
        if (entry.options().contains('s')) {
            return Optional.of("crond too left a fire out while the run before went on (-s)");
        }
        return leavesOut(entry)
                ? Optional.of(
                        "its flock left a run out beside another on the same host; fleetcron does so for the fleet,"
                                + " so it may go")
                : Optional.empty();
    }

    private static boolean leavesOut(CrontabLine entry) {
        return entry.options().contains('s')
                || NOT_WAITING.matcher(entry.text().command()).find();
    }

    /** How long it can run at most, where timeout(1) is all that it starts. */
    private static Optional<Duration> limit(CrontabLine entry) {
        Matcher m = TIMEOUT.matcher(entry.text().command());
        if (!m.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(m.group(1));
        return Optional.of(
                switch (m.group(2)) {
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ofSeconds(number);
                });
    }

    private static String text(String gap, CrontabLine entry) {
        if (FLOCK.matcher(entry.text().command()).find()) {
            return "its flock let a run wait for the one before it on the same host, which queue does for the fleet;"
                    + " skip leaves it out";
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
