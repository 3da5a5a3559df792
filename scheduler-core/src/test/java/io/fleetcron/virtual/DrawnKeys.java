package io.fleetcron.virtual;

import io.fleetcron.config.ExitStatuses;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Placement;
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
 * Keys of some jobs that say when and where they run and which ends are successes, and what follows from them. It is computed
 * here from what was drawn, and not by what the product makes of it.
 */
final class DrawnKeys {

    /** Besides 0: nothing to do, something left out, failed, failed in a way that is tried again. */
    private static final List<Integer> STATUSES = List.of(0, 0, 0, 3, 24, 1, 75);

    private static final List<Place> PLACES = List.of(
            new Place(List.of("!host-0"), Set.of("host-1", "host-2", "host-3", "host-4")),
            new Place(List.of("host-1", "host-2"), Set.of("host-1", "host-2")),
            new Place(List.of("host-?", "!*-3"), Set.of("host-0", "host-1", "host-2", "host-4")),
            new Place(List.of("*2", "HOST-4"), Set.of("host-2", "host-4")));

    private static final Duration A_WHILE = Duration.ofMinutes(5);

    private final Map<String, Bound> bounds = new HashMap<>();
    private final Map<String, Ends> ends = new HashMap<>();
    private final Map<String, Set<String>> places = new HashMap<>();

    /** When a schedule begins and ends, both included. */
    private record Bound(String scheduleHash, Schedule whole, Instant from, Instant until) {}

    /** What a definition says of hosts, and which of the first five it means. */
    private record Place(List<String> patterns, Set<String> hosts) {}

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
        return with(
                job,
                ExitStatuses.where(success::contains),
                new Retries(
                        retries.attempts(),
                        retries.delay(),
                        retries.backoff(),
                        new RetryOn(ExitStatuses.where(again::contains), againAfterTimeout)),
                policy.tolerance(),
                policy.placement());
    }

    /** A job that some hosts may not run. */
    JobDefinition placed(JobDefinition job, int i) {
        Place place = PLACES.get(i % PLACES.size());
        places.put(job.name(), place.hosts());
        return placed(job, new Placement(place.patterns(), Map.of(), Map.of()));
    }

    /** The same job on any host. */
    static JobDefinition anywhere(JobDefinition job) {
        return placed(job, Placement.ANYWHERE);
    }

    private static JobDefinition placed(JobDefinition job, Placement placement) {
        RunPolicy policy = job.policy();
        return with(job, policy.success(), policy.retries(), policy.tolerance(), placement);
    }

    /** Whether a job may run on a host. */
    boolean allows(String job, String host) {
        Set<String> hosts = places.get(job);
        return hosts == null || hosts.contains(host);
    }

    /** A job that may start later than others, or has to start sooner. */
    static JobDefinition tolerating(JobDefinition job, int i) {
        return tolerating(job, Optional.of(Duration.ofSeconds(i % 2 == 0 ? 20 : 280)));
    }

    /** The same job with the usual tolerance. */
    static JobDefinition usuallyTolerant(JobDefinition job) {
        return tolerating(job, Optional.empty());
    }

    private static JobDefinition tolerating(JobDefinition job, Optional<Duration> tolerance) {
        RunPolicy policy = job.policy();
        return with(job, policy.success(), policy.retries(), tolerance, policy.placement());
    }

    private static JobDefinition with(
            JobDefinition job,
            ExitStatuses success,
            Retries retries,
            Optional<Duration> tolerance,
            Placement placement) {
        RunPolicy policy = job.policy();
        return job.with(new RunPolicy(
                policy.timeout(),
                policy.killAfter(),
                success,
                retries,
                policy.overlap(),
                policy.catchUp(),
                tolerance,
                policy.onLost(),
                policy.runOn(),
                placement,
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
