package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import io.fleetcron.config.crontab.jobs.ImportedItem.LeftOut;
import io.fleetcron.config.crontab.jobs.ImportedItem.Overlap;
import io.fleetcron.config.crontab.jobs.ImportedItem.Placement;
import io.fleetcron.config.crontab.jobs.ImportedItem.Remark;
import io.fleetcron.config.crontab.jobs.ImportedItem.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes one job of the equal lines of several hosts: those that run the same at the same times, as the same user and with the
 * same variables. Where a line stood says more about where its job belongs than the line itself. Not thread-safe, for one use.
 */
final class HostMerge {
    /** Where each host has a line of its own, showing each beside each would be most of the file. */
    private static final int MOST_SHOWN = 3;

    private final int hosts;
    private final List<Piece> pieces = new ArrayList<>();
    private final Map<Same, Lines> jobs = new HashMap<>();
    private final Set<Object> seen = new HashSet<>();

    /** A line may stand twice in one host's crontabs, which ran it twice: the nth of a host is the nth of another. */
    private record Same(
            String schedule, String timezone, Optional<Duration> splay, Task task, CatchUp catchUp, int nth) {}

    private sealed interface Piece {}

    private record Other(ImportedItem item) implements Piece {}

    /** A job with the hosts on which its line stood; the first is the one that it names. */
    private record Lines(Job first, List<String> hosts) implements Piece {}

    HostMerge(int hosts) {
        this.hosts = hosts;
    }

    void add(String host, List<ImportedItem> items) {
        Map<Same, Integer> counts = new HashMap<>();
        for (ImportedItem item : items) {
            if (item instanceof Job job) {
                int nth = counts.merge(same(job, 0), 1, Integer::sum);
                Lines lines = jobs.computeIfAbsent(same(job, nth), key -> begin(job));
                lines.hosts().add(host);
            } else if (seen.add(content(item))) {
                pieces.add(new Other(item));
            }
        }
    }

    private static Same same(Job job, int nth) {
        return new Same(job.schedule(), SameTimes.zone(job), job.splay(), job.task(), job.catchUp(), nth);
    }

    private Lines begin(Job job) {
        Lines lines = new Lines(job, new ArrayList<>());
        pieces.add(lines);
        return lines;
    }

    /** What makes no difference between hosts is kept once. */
    private static Object content(ImportedItem item) {
        if (item instanceof Remark remark) {
            return remark.lines();
        }
        return item instanceof LeftOut left ? List.of(left.origin().text(), left.reason()) : new Object();
    }

    /** All of it, with jobs that differ between hosts side by side. */
    List<ImportedItem> items() {
        Map<List<String>, List<Lines>> alike = new LinkedHashMap<>();
        for (Piece piece : pieces) {
            if (piece instanceof Lines lines) {
                alike.computeIfAbsent(title(lines.first()), key -> new ArrayList<>())
                        .add(lines);
            }
        }
        List<ImportedItem> items = new ArrayList<>();
        Set<Lines> done = new HashSet<>();
        for (Piece piece : pieces) {
            if (piece instanceof Other other) {
                items.add(other.item());
            } else if (piece instanceof Lines lines && !done.contains(lines)) {
                List<Lines> group = variants(alike.getOrDefault(title(lines.first()), List.of(lines)), lines);
                items.addAll(
                        askedOnce(group.stream().map(one -> job(one, group)).toList()));
                done.addAll(group);
            }
        }
        return items;
    }

    /** Each question of overlap only at the first of these jobs that has it. */
    private static List<Job> askedOnce(List<Job> group) {
        Set<Optional<Overlap>> asked = new HashSet<>();
        return group.stream()
                .map(job -> asked.add(job.overlap()) ? job : job.decidedAt("the first of these jobs, above"))
                .toList();
    }

    private static List<String> title(Job job) {
        return List.of(job.name(), job.task().user().orElse(""));
    }

    /** The same by name, on other hosts; two on one host are two jobs that happen to be named alike. */
    private static List<Lines> variants(List<Lines> alike, Lines lines) {
        Set<String> seen = new HashSet<>();
        boolean apart = alike.stream().flatMap(one -> one.hosts().stream()).allMatch(seen::add);
        return apart ? alike : List.of(lines);
    }

    private Job job(Lines lines, List<Lines> variants) {
        Job job = lines.first();
        List<String> notes = new ArrayList<>();
        if (hosts > 1) {
            notes.add("its line stood " + where(lines.hosts()));
        }
        List<Lines> others =
                variants.stream().filter(other -> !other.equals(lines)).toList();
        others.stream().limit(MOST_SHOWN).forEach(other -> notes.add(difference(job, other)));
        if (others.size() > MOST_SHOWN) {
            notes.add("it differs between hosts; " + (others.size() - MOST_SHOWN)
                    + " more jobs of this kind are beside it");
        }
        notes.addAll(job.notes());
        List<String> elsewhere = others.stream()
                .filter(other -> other.first().task().equals(job.task()))
                .flatMap(other -> other.hosts().stream())
                .toList();
        return job.placed(placement(job.placement(), lines.hosts(), elsewhere), notes);
    }

    private String difference(Job job, Lines other) {
        List<String> beside = beside(job, other.first());
        return "it differs between hosts; " + where(other.hosts()) + ": "
                + other.first().origin().text().strip()
                + (beside.isEmpty() ? "" : " (" + String.join("; ", beside) + ")");
    }

    /** What makes another job of a line and does not stand in it. */
    private static List<String> beside(Job job, Job other) {
        List<String> beside = new ArrayList<>();
        if (!SameTimes.zone(job).equals(SameTimes.zone(other))) {
            beside.add("in time zone " + other.timezone());
        }
        Map<String, String> mine = job.task().env();
        Map<String, String> others = other.task().env();
        others.forEach((name, value) -> {
            if (!value.equals(mine.get(name))) {
                beside.add("with " + name + "=" + value);
            }
        });
        mine.keySet().stream().filter(name -> !others.containsKey(name)).forEach(name -> beside.add("without " + name));
        if (!job.task().mail().equals(other.task().mail())) {
            beside.add("with other mail");
        }
        if (!job.task().shell().equals(other.task().shell())) {
            beside.add("in shell " + other.task().shell().orElse("/bin/sh"));
        }
        if (!job.task().workingDir().equals(other.task().workingDir())) {
            beside.add("in " + other.task().workingDir().orElse("the user's home"));
        }
        return beside;
    }

    private String where(List<String> on) {
        if (on.size() == hosts) {
            return "on all " + hosts + " hosts";
        }
        return "on " + String.join(", ", on) + (on.size() == 1 ? " alone" : "") + " of " + hosts + " hosts";
    }

    /**
     * Where a job belongs.
     *
     * @param on where its line stood
     * @param elsewhere other hosts that ran the same at other times
     */
    private Placement placement(Placement guess, List<String> on, List<String> elsewhere) {
        if (hosts == 1) {
            return guess;
        }
        List<String> only = on.size() == hosts ? List.of() : List.copyOf(on);
        if (guess.sure() && guess.runOn() == RunOn.ONE && !elsewhere.isEmpty()) {
            return new Placement(
                    RunOn.ONE,
                    (on.size() == 1 ? "this host" : "each of the " + on.size() + " hosts")
                            + " ran it, and at other times " + String.join(", ", elsewhere) + ", but " + guess.reason()
                            + "; one of these jobs may be enough",
                    false,
                    only);
        }
        if (on.size() == 1) {
            RunOn runOn = guess.sure() ? guess.runOn() : RunOn.ONE;
            return new Placement(runOn, guess.sure() ? guess.reason() : "it ran there alone", true, only);
        }
        if (guess.sure() && guess.runOn() == RunOn.EVERY) {
            return new Placement(RunOn.EVERY, guess.reason(), true, only);
        }
        if (guess.sure()) {
            return new Placement(
                    RunOn.ONE, "each of the " + on.size() + " hosts ran it, but " + guess.reason(), false, only);
        }
        return new Placement(
                RunOn.EVERY,
                "unsure: each of the " + on.size() + " hosts ran it; `one` if once for all of them is enough",
                false,
                only);
    }
}
