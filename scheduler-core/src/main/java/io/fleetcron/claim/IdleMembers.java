package io.fleetcron.claim;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live members that let a fire pass in their turn, so that this instance had to start it, by job. They hang, do not have
 * the job, or do not exist: somebody who can write the member table can fill it with members that beat. An alarm is raised
 * once when there are some and once when there are none any more. Thread-safe.
 */
public final class IdleMembers {

    private static final Logger LOG = LoggerFactory.getLogger(IdleMembers.class);
    private static final int NAMED = 3;

    private final Map<String, Set<String>> byJob = new TreeMap<>();

    /** All that are known to leave that job to others now. */
    void found(String job, Collection<String> members) {
        Optional<String> alarm;
        synchronized (this) {
            boolean before = !byJob.isEmpty();
            if (members.isEmpty()) {
                byJob.remove(job);
            } else {
                byJob.put(job, Set.copyOf(members));
            }
            if (before != byJob.isEmpty()) {
                return;
            }
            alarm = summary();
        }
        alarm.ifPresentOrElse(
                text -> LOG.error("{}", text), () -> LOG.info("every live member starts jobs in its turn again"));
    }

    /** What is wrong, and what to do. */
    public synchronized Optional<String> summary() {
        if (byJob.isEmpty()) {
            return Optional.empty();
        }
        Set<String> all = new TreeSet<>();
        byJob.values().forEach(all::addAll);
        String names = String.join(",", all.stream().limit(NAMED).toList());
        return Optional.of(all.size() + " live members start no jobs in their turn job="
                + byJob.keySet().iterator().next() + " members=" + names
                + (all.size() > NAMED ? " and " + (all.size() - NAMED) + " more" : "")
                + ": restart their agents, and give them the same job files. If no such hosts exist, somebody who can"
                + " write the shared directory keeps their lines alive in the member table");
    }
}
