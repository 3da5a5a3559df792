package io.fleetcron.audit.crond;

import io.fleetcron.audit.crond.CrondReport.Count;
import io.fleetcron.audit.crond.CrondReport.Difference;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.config.Placement;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Matches what crond started with the fires of jobs: by command, user, minute and host. A fire that the fleet runs once is
 * matched by a start on any host. What is kept grows with the fires, not with the logs. Not thread-safe.
 */
public final class CrondComparison {

    /** Differences that are kept, and commands without a job. */
    private static final int MOST = 1000;

    /** As an importer reads it: a line that runs a folder became a job for each of its scripts. */
    private static final Pattern RUN_PARTS =
            Pattern.compile("\\brun-parts\\b(?:\\s+-\\S+)*\\s+(/\\S*?)/?\\s*(?:[;}&|)]|$)");

    private final UnaryOperator<String> hostOf;
    private final Instant since;
    private final Instant until;
    private final Map<String, Job> jobs = new TreeMap<>();
    private final Map<String, List<Job>> byCommand = new HashMap<>();
    private final Map<String, List<Job>> byFolder = new HashMap<>();
    private final Map<Unknown, long[]> unknown = new LinkedHashMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private long more;
    private long unknownMore;

    /** A command that no job has, on one host. */
    private record Unknown(String host, String user, String command, Instant first) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Unknown it
                    && host.equals(it.host)
                    && user.equals(it.user)
                    && command.equals(it.command);
        }

        @Override
        public int hashCode() {
            return java.util.Objects.hash(host, user, command);
        }
    }

    /** The starts of one minute: by the fleet and by crond, on which hosts. */
    private static final class Minute {
        private final List<String> fleet = new ArrayList<>(1);
        private final List<String> crond = new ArrayList<>(1);
    }

    private static final class Job {
        private final JobDefinition definition;
        private final Map<Instant, Minute> minutes = new TreeMap<>();
        private final List<Settlement> unrun = new ArrayList<>();
        private Count count = Count.NONE;

        Job(JobDefinition definition) {
            this.definition = definition;
        }

        boolean everywhere() {
            return definition.policy().runOn() == RunOn.EVERY;
        }

        /** By name alone: what labels a host has is not known here. */
        boolean mayRunOn(String host) {
            return new Placement(definition.policy().placement().hosts(), Map.of(), Map.of()).allows(host, Map.of());
        }

        boolean isOf(String user) {
            return definition.environment().user().map(user::equals).orElse(true);
        }

        /** How well that start fits: the lower, the better. */
        int fit(Instant time, String host) {
            Minute minute = minutes.get(time);
            if (minute == null) {
                return mayRunOn(host) ? 4 : 5;
            }
            if (minute.crond.contains(host)) {
                return 3; // another line with the same command
            }
            return minute.fleet.contains(host) ? 0 : mayRunOn(host) ? 1 : 2;
        }
    }

    /**
     * What one host's log covers.
     *
     * @param from its first stamp
     * @param to its last one
     */
    public record Covered(Instant from, Instant to) {
        private boolean has(Instant minute) {
            return !minute.isBefore(from.truncatedTo(ChronoUnit.MINUTES))
                    && !minute.plusSeconds(60).isAfter(to);
        }
    }

    /**
     * @param definitions of the jobs that are compared
     * @param history what became of their fires
     * @param hostOf the host of an instance
     * @param since starts and fires of this minute or later
     * @param until before that
     */
    public CrondComparison(
            Collection<JobDefinition> definitions,
            Collection<HistoryLine> history,
            UnaryOperator<String> hostOf,
            Instant since,
            Instant until) {
        this.hostOf = hostOf;
        this.since = since;
        this.until = until;
        for (JobDefinition definition : definitions) {
            Job job = new Job(definition);
            jobs.put(definition.name(), job);
            String command = definition.command() instanceof ShellCommand shell
                    ? shell.line()
                    : String.join(" ", definition.command().argv());
            byCommand
                    .computeIfAbsent(CrondStart.printed(command), text -> new ArrayList<>())
                    .add(job);
            folder(command)
                    .ifPresent(folder -> byFolder.computeIfAbsent(folder, text -> new ArrayList<>())
                            .add(job));
        }
        for (HistoryLine line : history) {
            add(line);
        }
    }

    private void add(HistoryLine line) {
        Settlement it = line.settlement();
        Job job = jobs.get(line.job());
        if (job == null || it.trigger() != RunOrigin.SCHEDULE) {
            return;
        }
        if (!it.outcome().ran()) {
            job.unrun.add(it);
        } else if (isWithin(it.fire())) {
            String host = hostOf.apply(it.instance());
            Minute minute =
                    job.minutes.computeIfAbsent(it.fire().truncatedTo(ChronoUnit.MINUTES), time -> new Minute());
            if (!minute.fleet.contains(host)) {
                minute.fleet.add(host);
            }
        }
    }

    private boolean isWithin(Instant time) {
        return !time.isBefore(since) && time.isBefore(until);
    }

    /** The folder of a command that is nothing but the path of a program. */
    private static Optional<String> folder(String command) {
        String path = command.strip();
        int slash = path.lastIndexOf('/');
        return slash > 0 && path.startsWith("/") && !path.contains(" ")
                ? Optional.of(path.substring(0, slash))
                : Optional.empty();
    }

    /** Crond has started something on that host. */
    public void started(String host, CrondStart start) {
        if (!isWithin(start.minute())) {
            return;
        }
        List<Job> same = candidates(byCommand, start.command(), start.user());
        if (!same.isEmpty()) {
            same.stream()
                    .min(Comparator.comparingInt(job -> job.fit(start.minute(), host)))
                    .ifPresent(job -> started(job, host, start.minute()));
            return;
        }
        Matcher parts = RUN_PARTS.matcher(start.command());
        List<Job> scripts = parts.find() ? candidates(byFolder, parts.group(1), start.user()) : List.of();
        List<Job> here = scripts.stream().filter(job -> job.mayRunOn(host)).toList();
        here.forEach(job -> started(job, host, start.minute()));
        if (here.isEmpty()) {
            unknown(new Unknown(host, start.user(), start.command(), start.minute()));
        }
    }

    private void unknown(Unknown command) {
        long[] known = unknown.get(command);
        if (known != null) {
            known[0]++;
        } else if (unknown.size() < MOST) {
            unknown.put(command, new long[] {1});
        } else {
            unknownMore++;
        }
    }

    private static List<Job> candidates(Map<String, List<Job>> by, String key, String user) {
        return by.getOrDefault(key, List.of()).stream()
                .filter(job -> job.isOf(user))
                .toList();
    }

    private void started(Job job, String host, Instant time) {
        Minute minute = job.minutes.get(time);
        if (minute == null || (job.everywhere() && !minute.fleet.contains(host))) {
            job.count = job.count.plus(new Count(0, 1, 0, 0));
            differ(new Difference(true, Optional.of(job.definition.name()), host, time, why(job, host, time)));
        } else if (minute.crond.contains(host)) {
            job.count = job.count.plus(new Count(0, 1, 0, 0));
            differ(new Difference(
                    true,
                    Optional.of(job.definition.name()),
                    host,
                    time,
                    "crond started it more than once in that minute: its line stands in several crontabs"));
        } else {
            boolean further = !job.everywhere() && !minute.crond.isEmpty();
            job.count = job.count.plus(further ? new Count(0, 0, 0, 1) : new Count(1, 0, 0, 0));
            minute.crond.add(host);
        }
    }

    private String why(Job job, String host, Instant time) {
        Optional<Settlement> settled = job.unrun.stream()
                .filter(it -> !it.through().isBefore(time) && it.fire().isBefore(time.plusSeconds(60)))
                .filter(it -> !job.everywhere() || hostOf.apply(it.instance()).equals(host))
                .findFirst();
        return settled.map(it -> "the fleet has it as " + it.outcome().word()
                        + it.reason().map(reason -> ": " + reason).orElse(""))
                .orElse("no fire of the job is on record for that minute" + (job.everywhere() ? " and host" : ""));
    }

    private void differ(Difference difference) {
        if (differences.size() < MOST) {
            differences.add(difference);
        } else {
            more++;
        }
    }

    /**
     * What was found, once all logs are read.
     *
     * @param covered of each host of which there is a log
     * @param all whether the definitions are those of all jobs, so that commands without a job are named
     */
    public CrondReport report(Map<String, Covered> covered, boolean all) {
        if (all) {
            nameUnknown();
        }
        long uncovered = 0;
        for (Job job : jobs.values()) {
            for (Map.Entry<Instant, Minute> minute : job.minutes.entrySet()) {
                uncovered += fleetAlone(job, minute.getKey(), minute.getValue(), covered);
            }
        }
        Map<String, Count> counts = new TreeMap<>();
        jobs.forEach((name, job) -> counts.put(name, job.count));
        return new CrondReport(counts, differences, more, uncovered);
    }

    private void nameUnknown() {
        unknown.forEach((command, times) -> differ(new Difference(
                true,
                Optional.empty(),
                command.host(),
                command.first(),
                (times[0] == 1 ? "once" : times[0] + " times") + ", no job of user " + command.user()
                        + " has this command: " + command.command())));
        more += unknownMore;
    }

    /** Returns how many fires cannot be compared. */
    private long fleetAlone(Job job, Instant time, Minute minute, Map<String, Covered> covered) {
        if (!job.everywhere()) {
            if (!minute.crond.isEmpty()) {
                return 0;
            }
            // Its line may have stood on any host that may run it.
            boolean told = covered.entrySet().stream()
                    .anyMatch(host ->
                            job.mayRunOn(host.getKey()) && host.getValue().has(time));
            if (told) {
                alone(job, time, minute.fleet.subList(0, 1));
            }
            return told ? 0 : 1;
        }
        List<String> missing = minute.fleet.stream()
                .filter(host -> !minute.crond.contains(host))
                .toList();
        List<String> told = missing.stream()
                .filter(host -> Optional.ofNullable(covered.get(host))
                        .filter(log -> log.has(time))
                        .isPresent())
                .toList();
        alone(job, time, told);
        return (long) missing.size() - told.size();
    }

    private void alone(Job job, Instant time, List<String> hosts) {
        hosts.forEach(host -> {
            job.count = job.count.plus(new Count(0, 0, 1, 0));
            differ(new Difference(
                    false,
                    Optional.of(job.definition.name()),
                    host,
                    time,
                    job.everywhere()
                            ? "crond did not start its command there in that minute"
                            : "crond started its command in that minute on no host of which there is a log"));
        });
    }
}
