package io.fleetcron.timing;

import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.fleet.Fire;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerKey;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.impl.SchedulerRepository;
import org.quartz.simpl.RAMJobStore;
import org.quartz.spi.ThreadExecutor;

/**
 * {@link Timing} by Quartz, with its store in memory and one {@link FireTrigger} for each job. Quartz waits by this
 * host's wall clock; scheduled times are translated from the fleet's clock when a trigger computes its next fire.
 */
@SuppressWarnings("JavaUtilDate") // Quartz' interface
public final class QuartzTiming implements Timing {

    /** The thread that waits for the next fire; an agent whose {@value} thread is stuck does not answer its watchdog. */
    static final String THREAD = "timing";

    private final InstantSource clock;
    private final Scheduler quartz;
    private Map<String, Schedule> jobs = Map.of();

    private QuartzTiming(InstantSource clock, Scheduler quartz) {
        this.clock = clock;
        this.quartz = quartz;
    }

    /** Starts Quartz without jobs. */
    public static QuartzTiming start(InstantSource clock, Listener listener) {
        // Quartz keeps its schedulers in a registry by name; a unique name keeps two agents in one process apart.
        String name = "fleetcron-" + UUID.randomUUID();
        try {
            DirectSchedulerFactory.getInstance()
                    .createScheduler(
                            name,
                            name,
                            new CallerThread(),
                            new NamedThread(),
                            new RAMJobStore(),
                            null,
                            null,
                            0,
                            -1,
                            -1,
                            false,
                            null,
                            CallerThread.MOST_AT_ONCE,
                            0);
            Scheduler quartz = SchedulerRepository.getInstance().lookup(name);
            quartz.setJobFactory((bundle, scheduler) -> handOver(listener));
            quartz.start();
            return new QuartzTiming(clock, quartz);
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not start: " + e.getMessage(), e);
        }
    }

    /** Quartz names its one thread after its scheduler, which says nothing to who reads a thread dump. */
    private static final class NamedThread implements ThreadExecutor {

        @Override
        public void initialize() {}

        @Override
        public void execute(Thread thread) {
            thread.setName(THREAD);
            thread.start();
        }
    }

    private static Job handOver(Listener listener) {
        return context -> {
            FireTrigger trigger = (FireTrigger) context.getTrigger();
            trigger.lastFire()
                    .ifPresent(time -> listener.due(new Fire(trigger.getKey().getName(), time)));
        };
    }

    @Override
    public synchronized void schedule(Map<String, Schedule> wanted) {
        for (String gone : jobs.keySet()) {
            if (!wanted.containsKey(gone)) {
                unschedule(gone);
            }
        }
        wanted.forEach((name, schedule) -> {
            Schedule known = jobs.get(name);
            if (known == null || !known.canonical().equals(schedule.canonical())) {
                unschedule(name);
                add(name, schedule);
            }
        });
        jobs = new HashMap<>(wanted);
    }

    @Override
    public synchronized void clockChanged() {
        jobs.forEach((name, schedule) -> {
            unschedule(name);
            add(name, schedule);
        });
    }

    private void add(String name, Schedule schedule) {
        FireTrigger trigger = new FireTrigger(name, schedule, clock, this::toLocal);
        if (trigger.computeFirstFireTime(null) == null) {
            return; // never fires again, or only when the host starts
        }
        JobDetail detail = JobBuilder.newJob(Job.class)
                .withIdentity(name)
                .storeDurably(false)
                .build();
        try {
            quartz.scheduleJob(detail, trigger);
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not take the schedule of job " + name, e);
        }
    }

    private void unschedule(String name) {
        try {
            quartz.unscheduleJob(TriggerKey.triggerKey(name));
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not give up the schedule of job " + name, e);
        }
    }

    /** The reading of this host's wall clock, which Quartz waits for, at the fleet's time {@code fire}. */
    private Date toLocal(Instant fire) {
        Duration ahead = Duration.between(clock.instant(), fire);
        // Rounded up: never early.
        return new Date(System.currentTimeMillis() + ahead.plusNanos(999_999).toMillis());
    }

    @Override
    public void close() {
        try {
            quartz.shutdown(false);
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not stop: " + e.getMessage(), e);
        }
    }
}
