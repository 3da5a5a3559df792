package io.fleetcron.virtual;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.schedule.Schedules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Which fires there are to be, and when the schedules behind them change: known before anything happens. */
final class Rollouts {
    /** Host after host gets the new files within that time. */
    static final Duration TAKES = Duration.ofSeconds(30);
    /** So long after the last host every host knows that most others have them as well. */
    private static final Duration KNOWN = Duration.ofSeconds(30);

    private static final int MEAN = 25 * 60;
    private static final List<Integer> PERIODS = List.of(120, 180, 240, 300);

    /** New schedules for some jobs. */
    record Rollout(Instant begin, Map<String, JobDefinition> changed) {}

    /**
     * A fire that must be accounted for.
     *
     * @param definition that it follows
     */
    record Expected(Instant fire, JobDefinition definition) {}

    /** A job, or a job on one host of those that each run it. */
    record Lane(String job, Optional<String> host) {}

    private record Version(Instant begin, JobDefinition definition) {}

    private record Due(Instant fire, Lane lane, int order) {}

    private final List<String> hosts;
    private final Map<String, JobDefinition> jobs;
    private final DrawnKeys drawn;
    private final Optional<SplittableRandom> chance;
    private final List<Rollout> rollouts = new ArrayList<>();
    private final Map<String, List<Version>> versions = new LinkedHashMap<>();
    private final Map<Lane, List<Expected>> expected = new LinkedHashMap<>();
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparing(Due::fire).thenComparing(Due::order));
    private final List<Lane> lanes = new ArrayList<>();
    private Instant end;

    /**
     * Plans.
     *
     * @param drawn what there is in their keys
     * @param begin the fires after it count
     * @param fires how many
     * @param seed fixes what changes, and when; nothing changes without one
     */
    Rollouts(
            List<String> hosts,
            Map<String, JobDefinition> jobs,
            DrawnKeys drawn,
            Instant begin,
            int fires,
            Optional<Long> seed) {
        this.hosts = hosts;
        this.drawn = drawn;
        this.jobs = new LinkedHashMap<>(jobs);
        this.chance = seed.map(number -> new SplittableRandom(number * 31 + 4711));
        this.end = begin;
        jobs.forEach((name, job) -> versions.put(name, new ArrayList<>(List.of(new Version(Instant.EPOCH, job)))));
        jobs.values().forEach(job -> lanes.addAll(lanes(job)));
        for (int i = 0; i < lanes.size(); i++) {
            add(i, begin);
        }
        plan(begin, fires);
    }

    private List<Lane> lanes(JobDefinition job) {
        return job.policy().runOn() == RunOn.EVERY
                ? hosts.stream()
                        .map(host -> new Lane(job.name(), Optional.of(host)))
                        .toList()
                : List.of(new Lane(job.name(), Optional.empty()));
    }

    private void add(int lane, Instant after) {
        Lane wanted = lanes.get(lane);
        drawn.next(job(wanted.job()), after).ifPresent(fire -> queue.add(new Due(fire, wanted, lane)));
    }

    private JobDefinition job(String name) {
        return Objects.requireNonNull(jobs.get(name));
    }

    private void plan(Instant begin, int fires) {
        Optional<Instant> change = next(begin);
        int planned = 0;
        while (planned < fires) {
            Instant due = Objects.requireNonNull(queue.peek()).fire();
            if (change.filter(at -> !at.isAfter(due)).isPresent()) {
                roll(change.get());
                change = next(change.get());
            } else {
                take(queue.remove());
                planned++;
            }
        }
    }

    private void take(Due due) {
        expected.computeIfAbsent(due.lane(), any -> new ArrayList<>())
                .add(new Expected(due.fire(), job(due.lane().job())));
        end = due.fire();
        add(due.order(), due.fire());
    }

    private Optional<Instant> next(Instant after) {
        return chance.map(random -> after.plusSeconds(MEAN / 2 + random.nextInt(MEAN)));
    }

    /** Every tenth job gets another schedule; what is due while some hosts have the old one is left to itself. */
    private void roll(Instant begin) {
        SplittableRandom random = chance.orElseThrow();
        Map<String, JobDefinition> changed = new LinkedHashMap<>();
        jobs.forEach((name, job) -> {
            if (random.nextInt(10) == 0) {
                changed.put(name, changed(job, PERIODS.get(random.nextInt(PERIODS.size()))));
            }
        });
        jobs.putAll(changed);
        changed.forEach(
                (name, job) -> Objects.requireNonNull(versions.get(name)).add(new Version(begin, job)));
        rollouts.add(new Rollout(begin, changed));
        queue.removeIf(due -> changed.containsKey(due.lane().job()));
        for (int i = 0; i < lanes.size(); i++) {
            if (changed.containsKey(lanes.get(i).job())) {
                add(i, begin.plus(TAKES).plus(KNOWN));
            }
        }
    }

    static JobDefinition changed(JobDefinition job, int period) {
        return DrawnKeys.scheduled(job, Schedules.every(Duration.ofSeconds(period)));
    }

    List<Rollout> rollouts() {
        return rollouts;
    }

    /** Whether a host may have had a schedule then that has this fire. */
    boolean mayHave(String job, Instant fire) {
        return Objects.requireNonNull(versions.get(job)).stream()
                .filter(version -> !fire.isBefore(version.begin()))
                .anyMatch(version -> drawn.next(version.definition(), fire.minusMillis(1))
                        .filter(fire::equals)
                        .isPresent());
    }

    /** In order. */
    Map<Lane, List<Expected>> expected() {
        return expected;
    }

    /** How many count of those that are due before then. */
    int before(Instant time) {
        return (int) expected.values().stream()
                .flatMap(List::stream)
                .filter(each -> each.fire().isBefore(time))
                .count();
    }

    /** The last fire that counts. */
    Instant end() {
        return end;
    }
}
