package io.fleetcron.fitness;

import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.fitness.Preparation.Ailment;
import io.fleetcron.fleet.Capability;
import io.fleetcron.fleet.Unfit;
import io.fleetcron.run.RunLauncher;
import io.fleetcron.run.UnfitForJobException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which jobs this host cannot run just now, and why. An alarm is raised once when that begins and once when it is over.
 * Thread-safe.
 */
public final class Fitness {

    /** How often {@link #recheck} is wanted. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Fitness.class);

    /** What the member table has room for. */
    private static final int SHOWN = 16;

    private static final int LONGEST = 160;

    private static final String OTHERWISE =
            "a fire that none of them starts within half its tolerance is recorded as failed here";

    private record Sick(JobDefinition job, String reason) {}

    private final Preparations preparations;
    private final RunLauncher launcher;
    private final String hostName;
    private final Map<String, Sick> jobs = new TreeMap<>();
    private Optional<Sick> host = Optional.empty();
    private volatile Map<String, String> labels = Map.of();

    /**
     * @param hostName this host's name
     */
    public Fitness(Preparations preparations, RunLauncher launcher, String hostName) {
        this.preparations = preparations;
        this.launcher = launcher;
        this.hostName = hostName;
    }

    /** The facts about this host from now on, by which jobs are placed. */
    public void labels(Map<String, String> now) {
        labels = Map.copyOf(now);
    }

    /** Whether the job's definition lets it run on this host. */
    public boolean isAllowed(JobDefinition job) {
        return job.policy().placement().allows(hostName, labels);
    }

    /** Whether this host goes before others that may run the job, too. */
    public boolean isPreferred(JobDefinition job) {
        return job.policy().placement().prefers(labels);
    }

    /** What a run of that job would get. Returns in time, whatever this host does; to be closed. */
    public Preparation prepare(JobDefinition job) throws InterruptedException {
        Optional<String> objection = job.policy().placement().objection(hostName, labels);
        if (objection.isPresent()) {
            return Preparation.failed(job, new Ailment(false, true, objection.get()));
        }
        Optional<Sick> known = host();
        if (known.isPresent()) {
            return Preparation.failed(job, new Ailment(true, known.get().reason));
        }
        Preparation found = preparations.of(job);
        learn(job, found.ailment());
        return found;
    }

    /** A run of that job could not be started, although it was prepared. */
    public void cannotStart(JobDefinition job, IOException why) {
        boolean ofHost = !(why instanceof UnfitForJobException);
        learn(job, Optional.of(new Ailment(ofHost, String.valueOf(why.getMessage()))));
    }

    /** These jobs are defined now. Finds out, for each of them, whether this host can run it. */
    public void define(Collection<JobDefinition> defined) throws InterruptedException {
        List<JobDefinition> enabled = defined.stream()
                .filter(JobDefinition::enabled)
                .filter(this::isAllowed)
                .toList();
        synchronized (this) {
            jobs.keySet().retainAll(enabled.stream().map(JobDefinition::name).collect(Collectors.toSet()));
        }
        check(enabled);
    }

    /** That job is not defined any more. */
    public synchronized void forget(String job) {
        jobs.remove(job);
    }

    /** Finds out whether what was wrong still is. */
    public void recheck() throws InterruptedException {
        Optional<Sick> known = host();
        if (known.isPresent() && !isOver(known.get())) {
            return;
        }
        check(sick());
    }

    private boolean isOver(Sick known) throws InterruptedException {
        try (Preparation found = preparations.of(known.job)) {
            if (found.ailment().filter(Ailment::ofHost).isPresent() || !launcher.startsProcesses()) {
                return false;
            }
        }
        synchronized (this) {
            host = Optional.empty();
        }
        LOG.info("host fit again: it runs jobs as before");
        return true;
    }

    /**
     * Up to the first that begins to hang: the next one would hang as well. One that still does costs no time. Jobs that
     * ask the same of the host are found out together: a file may define thousands.
     */
    private void check(Collection<JobDefinition> all) throws InterruptedException {
        Map<ExecutionEnvironment, List<JobDefinition>> alike = all.stream()
                .collect(Collectors.groupingBy(
                        JobDefinition::environment, LinkedHashMap::new, Collectors.toUnmodifiableList()));
        for (List<JobDefinition> jobs : alike.values()) {
            Optional<JobDefinition> known =
                    jobs.stream().filter(preparations::isHanging).findFirst();
            JobDefinition asked = known.orElse(jobs.get(0));
            Preparation found = prepare(asked);
            found.close();
            if (host().isPresent()) {
                return;
            }
            jobs.forEach(job -> learn(job, found.ailment()));
            if (known.isEmpty() && preparations.isHanging(asked)) {
                return;
            }
        }
    }

    private synchronized void learn(JobDefinition job, Optional<Ailment> found) {
        if (found.isEmpty()) {
            if (jobs.remove(job.name()) != null) {
                LOG.info("job can run on this host again job={}", job.name());
            }
            return;
        }
        Sick sick = new Sick(job, found.get().reason());
        if (found.get().ofHost()) {
            if (host.isEmpty()) {
                LOG.error("host unfit: {}. The other hosts run its jobs; {}", sick.reason, OTHERWISE);
            }
            host = Optional.of(sick);
            return;
        }
        Sick before = jobs.put(job.name(), sick);
        if (before == null || !before.reason.equals(sick.reason)) {
            LOG.warn(
                    "job cannot run on this host job={} defined_at={}: {}. The other hosts run it; {}",
                    job.name(),
                    job.source(),
                    sick.reason,
                    OTHERWISE);
        }
    }

    /** True if this host cannot run that job, as far as it knows. */
    public synchronized boolean isUnfit(String job) {
        return host.isPresent() || jobs.containsKey(job);
    }

    /** True if there is nothing to {@link #recheck}. */
    public synchronized boolean isWell() {
        return host.isEmpty() && jobs.isEmpty();
    }

    /** What jobs may count on here, for the others, in few words. */
    public Capability capability() {
        return new Capability(labels, report());
    }

    /** What is wrong, for the others, in few words. */
    public synchronized Unfit report() {
        Map<String, String> some = new HashMap<>();
        jobs.values().stream().limit(SHOWN).forEach(sick -> some.put(sick.job.name(), cut(sick.reason)));
        return new Unfit(host.map(sick -> cut(sick.reason)), some);
    }

    /** What is wrong in one line: with the host, else with the first job. */
    public synchronized Optional<String> summary() {
        return host.map(sick -> "unfit: " + cut(sick.reason))
                .or(() -> jobs.values().stream()
                        .findFirst()
                        .map(sick -> "unfit for job " + sick.job.name() + ": " + cut(sick.reason)
                                + (jobs.size() > 1 ? " (and " + (jobs.size() - 1) + " more jobs)" : "")));
    }

    private static String cut(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + " …" : text;
    }

    private synchronized Optional<Sick> host() {
        return host;
    }

    private synchronized List<JobDefinition> sick() {
        return jobs.values().stream().map(Sick::job).toList();
    }
}
