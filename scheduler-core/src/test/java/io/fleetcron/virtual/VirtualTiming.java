package io.fleetcron.virtual;

import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.timing.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Timers by the fleet's time, which is translated into this host's when they are set. */
final class VirtualTiming implements Timing {
    private final VirtualWorld world;
    private final VirtualProcess process;
    private final FleetClock clock;
    private final Listener listener;
    private final Map<String, VirtualTime.Event> timers = new HashMap<>();
    private Map<String, Schedule> jobs = Map.of();
    private boolean closed;

    VirtualTiming(VirtualWorld world, VirtualProcess process, FleetClock clock, Listener listener) {
        this.world = world;
        this.process = process;
        this.clock = clock;
        this.listener = listener;
    }

    @Override
    public void schedule(Map<String, Schedule> wanted) {
        Map<String, Schedule> before = jobs;
        jobs = new LinkedHashMap<>(wanted);
        Instant now = clock.instant();
        before.keySet().stream().filter(job -> !isSame(before, job)).forEach(this::cancel);
        jobs.keySet().stream().filter(job -> !isSame(before, job)).forEach(job -> set(job, now));
    }

    private boolean isSame(Map<String, Schedule> before, String job) {
        Schedule one = before.get(job);
        Schedule other = jobs.get(job);
        return one != null && other != null && one.canonical().equals(other.canonical());
    }

    private void cancel(String job) {
        VirtualTime.Event timer = timers.remove(job);
        if (timer != null) {
            timer.cancel();
        }
    }

    @Override
    public void clockChanged() {
        timers.values().forEach(VirtualTime.Event::cancel);
        timers.clear();
        Instant now = clock.instant();
        jobs.keySet().forEach(job -> set(job, now));
    }

    private void set(String job, Instant after) {
        Schedule schedule = jobs.get(job);
        Optional<Instant> next = schedule == null ? Optional.empty() : schedule.next(after);
        next.ifPresent(fire -> {
            long wait = Duration.between(clock.instant(), fire).toNanos();
            timers.put(job, world.time().after(process, process.host().real(wait), () -> {
                if (!closed) {
                    set(job, fire);
                    listener.due(new Fire(job, fire));
                }
            }));
        });
    }

    @Override
    public void close() {
        closed = true;
    }
}
