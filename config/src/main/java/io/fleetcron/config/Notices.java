package io.fleetcron.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who is notified of a job's fires, and from when on of a job that is late. Immutable.
 *
 * @param mail who gets mail; absent means nobody
 * @param rules which receivers of the main file are notified, of what
 * @param ping the URL of a check that expects a request for each run; absent means none
 * @param expectations from when on the job counts as late
 */
public record Notices(Optional<Mail> mail, List<Rule> rules, Optional<Ping> ping, Expectations expectations) {

    /** Nobody. */
    public static final Notices NONE = new Notices(Optional.empty(), List.of(), Optional.empty(), Expectations.NONE);

    public Notices {
        rules = List.copyOf(rules);
    }

    /**
     * Of what a receiver is notified.
     *
     * @param to the receiver's name
     * @param on at least one
     * @param repeatAfter while a job keeps failing, one notification each this long; absent means after each failure
     */
    public record Rule(String to, Set<On> on, Optional<Duration> repeatAfter) {
        public Rule {
            on = Set.copyOf(on);
        }

        /** The same for equal rules: two hosts compare it. */
        @Override
        public String toString() {
            return to + " " + new TreeSet<>(on)
                    + repeatAfter.map(time -> " " + time).orElse("");
        }
    }

    /** What a receiver can be notified of. */
    public enum On {
        /** Each fire that did not succeed, but for skipped ones. */
        FAILURE,
        /** The first such fire after one that succeeded, or of all. */
        FIRST_FAILURE,
        /** The first fire that succeeded after one that did not. */
        RECOVERY,
        /** Each fire whose host died. */
        LOST,
        /** Each fire that no host could start in time. */
        MISSED,
        /** A job that is late by its {@link Expectations}. */
        LATE,
        /** Each fire, but for skipped ones, and a job that is late. */
        ALWAYS
    }

    /**
     * A check in the form of healthchecks.io: its URL stands for success, with {@code /start}, {@code /fail} or an exit
     * status behind it for the rest.
     *
     * @param url without query; {@code ${job}} stands for the job's name
     */
    public record Ping(String url) {
        /** The URL of that job's check. */
        public String of(String job) {
            return url.replace("${job}", job);
        }
    }
}
