package io.fleetcron.roster;

import io.fleetcron.claim.ActiveDefinition;
import io.fleetcron.claim.ClockStep;
import io.fleetcron.claim.IdleMembers;
import io.fleetcron.claim.Instance;
import io.fleetcron.claim.JobCoordinator;
import io.fleetcron.claim.JobProblems;
import io.fleetcron.claim.StorageScope;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.control.Control;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.loop.EventLoop;
import io.fleetcron.run.Run;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs that this instance takes part in, and those that leave: a job taken out of the files, or moved between one
 * host and every host, stays until its runs have ended and its ledger is in order. For the loop alone, but for
 * {@link #ledgers}.
 */
public final class JobRoster {

    private static final Logger LOG = LoggerFactory.getLogger(JobRoster.class);

    private final Instance instance;
    private final JobProblems problems;
    private final IdleMembers idle;
    private final EventLoop loop;
    private final Function<RunOn, StorageScope> lanes;
    private final Map<String, JobCoordinator> present = new LinkedHashMap<>();
    private final Map<Place, JobCoordinator> leaving = new LinkedHashMap<>();

    /**
     * @param problems the jobs that this instance does not start
     * @param idle the members that start no jobs
     * @param lanes where the locks of a job are
     */
    public JobRoster(
            Instance instance,
            JobProblems problems,
            IdleMembers idle,
            EventLoop loop,
            Function<RunOn, StorageScope> lanes) {
        this.instance = instance;
        this.problems = problems;
        this.idle = idle;
        this.loop = loop;
        this.lanes = lanes;
    }

    /** A ledger's: a job that moves between one host and every host has one in either lane. */
    private record Place(String job, RunOn where) {

        static Place of(ActiveDefinition definition) {
            return new Place(definition.job().name(), definition.job().policy().runOn());
        }
    }

    /** The jobs that have a ledger, by the lane it is in. Blocks on storage; what cannot be read is left out. */
    public Map<RunOn, List<String>> ledgers() {
        Map<RunOn, List<String>> all = new EnumMap<>(RunOn.class);
        for (RunOn where : RunOn.values()) {
            try {
                all.put(
                        where,
                        lanes.apply(where).locks().names().stream()
                                .flatMap(file -> SharedLayout.jobOf(file).stream())
                                .toList());
            } catch (IOException e) {
                LOG.warn("ledgers of jobs without a definition are not looked at: {}", e.toString());
            }
        }
        return all;
    }

    /** Replaces the set of jobs. Runs in progress are not touched. */
    public void define(Collection<ActiveDefinition> jobs) {
        List<String> gone = new ArrayList<>(present.keySet());
        jobs.forEach(job -> gone.remove(job.job().name()));
        gone.forEach(this::retire);
        jobs.forEach(this::define);
    }

    /** Since when the schedules of the jobs that run on every host are in force here. */
    public Map<JobDefinition, Instant> ownSince() {
        Map<JobDefinition, Instant> since = new LinkedHashMap<>();
        present.values().stream()
                .map(JobCoordinator::definition)
                .filter(active -> active.job().policy().runOn() == RunOn.EVERY)
                .forEach(active -> since.put(active.job(), active.since()));
        return since;
    }

    /** When each of these jobs is due, but for those that are disabled. */
    public Map<String, Schedule> schedules() {
        Map<String, Schedule> schedules = new LinkedHashMap<>();
        present.forEach((name, coordinator) -> {
            if (coordinator.definition().job().enabled()) {
                schedules.put(name, coordinator.definition().schedule());
            }
        });
        return schedules;
    }

    private void define(ActiveDefinition definition) {
        Place place = Place.of(definition);
        JobCoordinator known = present.get(place.job());
        if (known != null && Place.of(known.definition()).equals(place)) {
            known.redefine(definition.job(), definition.boot());
            return;
        }
        if (known != null) {
            retire(place.job());
        }
        JobCoordinator back = leaving.remove(place);
        if (back != null) {
            present.put(place.job(), back);
            back.comeBack(definition.job(), definition.boot());
            return;
        }
        JobCoordinator coordinator = coordinator(definition);
        present.put(place.job(), coordinator);
        coordinator.begin();
    }

    private JobCoordinator coordinator(ActiveDefinition definition) {
        RunOn where = definition.job().policy().runOn();
        return new JobCoordinator(instance, problems, idle, loop, lanes.apply(where), definition);
    }

    private void retire(String name) {
        JobCoordinator coordinator = present.remove(name);
        if (coordinator != null) {
            leave(coordinator);
        }
    }

    private void leave(JobCoordinator coordinator) {
        Place place = Place.of(coordinator.definition());
        leaving.put(place, coordinator);
        coordinator.retire(() -> leaving.remove(place));
    }

    /** Puts the ledgers of jobs in order that were taken out of the files while this agent was down. */
    public void retireUnknown(Map<RunOn, List<String>> ledgers) {
        ledgers.forEach((where, jobs) -> jobs.stream()
                .map(job -> new Place(job, where))
                .filter(place -> !isPresent(place))
                .forEach(this::retireUnknown));
    }

    private boolean isPresent(Place place) {
        JobCoordinator coordinator = present.get(place.job());
        return coordinator != null && Place.of(coordinator.definition()).equals(place);
    }

    private JobCoordinator retireUnknown(Place place) {
        JobCoordinator known = leaving.get(place);
        if (known != null) {
            return known;
        }
        JobCoordinator coordinator = coordinator(ActiveDefinition.unknown(place.job(), place.where()));
        leave(coordinator);
        return coordinator;
    }

    /** A fire's time has come. */
    public void due(Fire fire) {
        JobCoordinator coordinator = present.get(fire.job());
        if (coordinator != null) {
            coordinator.due(fire.time());
        }
    }

    /** Takes back the runs of an earlier agent. */
    public void takeBack(List<Run> survivors) {
        survivors.stream().collect(Collectors.groupingBy(run -> run.id().job())).forEach(this::takeBack);
    }

    private void takeBack(String job, List<Run> runs) {
        JobCoordinator coordinator = present.get(job);
        for (Run run : runs) {
            LOG.info(
                    "run taken back job={} fire={} token={} pid={}{}",
                    job,
                    run.id().time(),
                    run.id().token(),
                    run.pid(),
                    coordinator == null ? ": the job is not configured any more" : "");
        }
        (coordinator == null ? retireUnknown(whereFound(job)) : coordinator).takeBack(runs);
    }

    private Place whereFound(String job) {
        Place every = new Place(job, RunOn.EVERY);
        Place one = new Place(job, RunOn.ONE);
        return leaving.containsKey(every) && !leaving.containsKey(one) ? every : one;
    }

    /** Ends the run that somebody wants to have ended, if it is here. */
    public void kill(Control.Kill kill) {
        Stream.concat(present.values().stream(), leaving.values().stream())
                .filter(coordinator -> coordinator.definition().job().name().equals(kill.job()))
                .toList()
                .forEach(coordinator ->
                        coordinator.kill(kill.token(), kill.span().asked().words()));
    }

    /** Begins the run that somebody asks for, if this instance is to. Called with each beat. */
    public void request(Control.Run asked) {
        JobCoordinator coordinator = present.get(asked.job());
        if (coordinator != null) {
            coordinator.request(asked);
        }
    }

    /** This host's clock has moved against the fleet's time. */
    public void follow(ClockStep step) {
        present.values().forEach(coordinator -> coordinator.follow(step));
        leaving.values().forEach(coordinator -> coordinator.follow(step));
    }
}
