package io.fleetcron.virtual;

import io.fleetcron.config.ExitStatuses;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.Retries;
import io.fleetcron.config.RunPolicy.RetryOn;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.fleet.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keys of some jobs that say when they fire and which ends are successes, and what follows from them. It is computed here
 * from what was drawn, and not by what the product makes of it.
 */
final class DrawnKeys {

    /** Besides 0: nothing to do, something left out, failed, failed in a way that is tried again. */
    private static final List<Integer> STATUSES = List.of(0, 0, 0, 3, 24, 1, 75);

    private static final Duration A_WHILE = Duration.ofMinutes(5);

    private final Map<String, Bound> bounds = new HashMap<>();
    private final Map<String, Ends> ends = new HashMap<>();

    /** When a schedule begins and ends, both included. */
    private record Bound(String scheduleHash, Schedule whole, Instant from, Instant until) {}

    /** Which exit statuses are successes, and after which another attempt follows. */
    private record Ends(Set<Integer> success, Set<Integer> again, boolean againAfterTimeout) {}

    /** A job that fires from some time on, until some time, or both; most are of those times on which it would fire. */
    JobDefinition bounded(JobDefinition job, int i) {
        Optional<Instant> from = i % 2 == 0 ? Optional.of(begin(i)) : Optional.empty();
        Optional<Instant> until = i % 4 != 0 ? Optional.of(begin(i).plus(A_WHILE)) : Optional.empty();
        Schedule schedule = Schedules.bounded(
                job.schedule(), from.map(DrawnKeys::local), until.map(DrawnKeys::local), ZoneOffset.UTC);
        JobDefinition drawn = scheduled(job, schedule);
        bounds.put(
                job.name(),
                new Bound(drawn.scheduleHash(), job.schedule(), from.orElse(Instant.EPOCH), until.orElse(Instant.MAX)));
        return drawn;
    }

    /** The same job as if its schedule had neither beginning nor end. */
    JobDefinition unbounded(JobDefinition job) {
        Bound bound = bounds.get(job.name());
        return bound == null ? job : scheduled(job, bound.whole());
    }

    /** The same job with another schedule. */
    static JobDefinition scheduled(JobDefinition job, Schedule schedule) {
        return new JobDefinition(
                job.name(),
                job.description(),
                schedule,
                job.timezone(),
                job.exclusions(),
                job.command(),
                job.environment(),
                job.policy(),
                job.enabled(),
                job.source());
    }

    private static Instant begin(int i) {
        return VirtualWorld.BEGIN.plus(Duration.ofMinutes(4 + i % 9)).plusSeconds(i % 5 == 0 ? 30 : 0);
    }

    private static LocalDateTime local(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    }

    /** A job whose command ends with several statuses, of which not only 0 is a success, or not even 0. */
    JobDefinition ending(JobDefinition job, int i) {
        Set<Integer> success = i % 4 == 1 ? Set.of(3, 24) : Set.of(0, 3);
        Set<Integer> again = i % 2 == 0 ? Set.of(75) : Set.of(1, 75);
        boolean againAfterTimeout = i % 2 == 0;
        ends.put(job.name(), new Ends(success, again, againAfterTimeout));
        RunPolicy policy = job.policy();
        Retries retries = policy.retries();
        return job.with(new RunPolicy(
                policy.timeout(),
                policy.killAfter(),
                ExitStatuses.where(success::contains),
                new Retries(
                        retries.attempts(),
                        retries.delay(),
                        retries.backoff(),
                        new RetryOn(ExitStatuses.where(again::contains), againAfterTimeout)),
                policy.overlap(),
                policy.catchUp(),
                policy.tolerance(),
                policy.onLost(),
                policy.runOn(),
                policy.placement(),
                policy.group(),
                policy.notices()));
    }

    /** The next fire of a definition, which may have got another schedule than the drawn one. */
    Optional<Instant> next(JobDefinition job, Instant after) {
        Bound bound = bounds.get(job.name());
        if (bound == null || !bound.scheduleHash().equals(job.scheduleHash())) {
            return job.schedule().next(after);
        }
        Instant before = bound.from().minusNanos(1);
        return bound.whole().next(after.isAfter(before) ? after : before).filter(fire -> !fire.isAfter(bound.until()));
    }

    /** With what a command ends that would end with {@code usual}. */
    int status(String job, int usual, long chance) {
        return ends.containsKey(job) ? STATUSES.get((int) Math.floorMod(chance, (long) STATUSES.size())) : usual;
    }

    /** What the end of a command is. */
    Outcome outcome(String job, int status) {
        Ends known = ends.get(job);
        boolean succeeded = known == null ? status == 0 : known.success().contains(status);
        return succeeded ? Outcome.SUCCEEDED : Outcome.FAILED;
    }

    /** Whether another attempt follows an end other than a success. */
    boolean isTriedAgain(String job, Outcome how, int status) {
        Ends known = ends.get(job);
        return known == null
                || (how == Outcome.TIMED_OUT
                        ? known.againAfterTimeout()
                        : known.again().contains(status));
    }
}
