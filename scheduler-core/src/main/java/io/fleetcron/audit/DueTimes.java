package io.fleetcron.audit;

import io.fleetcron.audit.Timeline.Stretch;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.fleet.Timetable.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * When one job was due, by the timetables in force at each time. Immutable but for what it remembers of schedules that it
 * has read.
 */
public final class DueTimes {

    /** Hosts learn of new definitions one after the other, and each writes down when by a clock of its own. */
    private static final Duration EDGE = Duration.ofSeconds(2);

    private final List<Part> parts;

    /**
     * A time in which the job was defined in the same ways.
     *
     * @param schedules of each way
     * @param absent whether it was not defined as well
     * @param unknown whether a timetable or a schedule in force cannot be read
     * @param boot whether it fires at boot as well, at times that no schedule tells
     * @param elsewhere whether it was defined to run at other places than those that are asked about
     * @param rerun whether a lost run is started again
     */
    record Part(
            Instant from,
            Instant until,
            List<Schedule> schedules,
            boolean absent,
            boolean unknown,
            boolean boot,
            boolean elsewhere,
            boolean rerun) {

        /** Whether all that is in force says the same. */
        boolean agreed() {
            return !unknown && schedules.size() + (absent ? 1 : 0) <= 1;
        }

        private boolean sameAs(Part other) {
            return schedules.equals(other.schedules)
                    && absent == other.absent
                    && unknown == other.unknown
                    && boot == other.boot
                    && elsewhere == other.elsewhere
                    && rerun == other.rerun;
        }

        private Part reaching(Instant end) {
            return new Part(from, end, schedules, absent, unknown, boot, elsewhere, rerun);
        }
    }

    /** Takes due times, oldest first. */
    @FunctionalInterface
    public interface Taker {
        /**
         * @param time the scheduled time
         * @param certain whether all that was in force has it
         * @param part what was in force
         */
        void due(Instant time, boolean certain, Part part);
    }

    private DueTimes(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Of one job.
     *
     * @param timetables those that could be read, by name
     * @param everywhere whether fires of each host are asked for, or those of the fleet
     * @param schedules remembers canonical forms that were read
     */
    public static DueTimes of(
            String job,
            Timeline timeline,
            Map<String, Timetable> timetables,
            boolean everywhere,
            Map<String, Optional<Schedule>> schedules) {
        List<Part> parts = new ArrayList<>();
        for (Stretch stretch : timeline.stretches()) {
            Part part = part(job, stretch, timetables, everywhere, schedules);
            int last = parts.size() - 1;
            if (last >= 0 && parts.get(last).sameAs(part)) {
                parts.set(last, parts.get(last).reaching(part.until()));
            } else {
                parts.add(part);
            }
        }
        return new DueTimes(parts);
    }

    private static Part part(
            String job,
            Stretch stretch,
            Map<String, Timetable> timetables,
            boolean everywhere,
            Map<String, Optional<Schedule>> schedules) {
        Set<String> times = new HashSet<>();
        boolean absent = false;
        boolean unknown = false;
        boolean elsewhere = false;
        boolean rerun = false;
        for (String name : stretch.timetables()) {
            Timetable timetable = timetables.get(name);
            Entry entry = timetable == null ? null : timetable.jobs().get(job);
            unknown |= timetable == null;
            if (entry == null || entry.everywhere() != everywhere) {
                absent |= timetable != null;
                elsewhere |= entry != null;
            } else {
                times.add(entry.times());
                rerun |= entry.rerun();
            }
        }
        List<Schedule> all = new ArrayList<>();
        for (String text : times.stream().sorted().toList()) {
            Optional<Schedule> schedule = schedules.computeIfAbsent(text, Schedules::ofCanonical);
            schedule.ifPresent(all::add);
            unknown |= schedule.isEmpty();
        }
        boolean boot = all.stream().anyMatch(Schedules::firesAtBoot);
        return new Part(stretch.from(), stretch.until(), all, absent, unknown, boot, elsewhere, rerun);
    }

    /** Whether the job was defined at any time between these. */
    public boolean isDefined(Instant since, Instant until) {
        return parts.stream()
                .anyMatch(part -> (!part.schedules.isEmpty() || part.unknown)
                        && part.from.isBefore(until)
                        && part.until.isAfter(since));
    }

    /** What was in force then; empty before the journals begin. */
    public Optional<Part> at(Instant time) {
        return parts.stream()
                .filter(part -> !time.isBefore(part.from) && time.isBefore(part.until))
                .findFirst();
    }

    /** What came into force next: a host boots before its agent starts. */
    Optional<Part> after(Instant time) {
        return parts.stream().filter(part -> part.from.isAfter(time)).findFirst();
    }

    /** Every due time from {@code since} to before {@code until}. */
    public void between(Instant since, Instant until, Taker taker) {
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            Instant from = part.from.isAfter(since) ? part.from : since;
            Instant to = part.until.isBefore(until) ? part.until : until;
            if (from.isBefore(to)) {
                Instant surelyTo = i + 1 < parts.size() ? part.until.minus(EDGE) : Instant.MAX;
                times(part, from, to, part.from.plus(EDGE), surelyTo, taker);
            }
        }
    }

    private static void times(Part part, Instant from, Instant to, Instant surelyFrom, Instant surelyTo, Taker taker) {
        Map<Schedule, Instant> next = new HashMap<>();
        part.schedules.forEach(schedule -> schedule.next(from.minusNanos(1)).ifPresent(t -> next.put(schedule, t)));
        while (true) {
            Instant time = next.values().stream().min(Instant::compareTo).orElse(to);
            if (!time.isBefore(to)) {
                return;
            }
            long agreeing = 0;
            for (Schedule schedule : part.schedules) {
                if (time.equals(next.get(schedule))) {
                    agreeing++;
                    Optional<Instant> later = schedule.next(time);
                    if (later.isPresent()) {
                        next.put(schedule, later.get());
                    } else {
                        next.remove(schedule);
                    }
                }
            }
            boolean certain = !part.unknown
                    && !part.absent
                    && agreeing == part.schedules.size()
                    && !time.isBefore(surelyFrom)
                    && time.isBefore(surelyTo);
            taker.due(time, certain, part);
        }
    }
}
