package io.fleetcron.run;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of the control group file system (version 2) below which this host lets the agent make a group for each
 * run: what is in the group can be killed at once, whatever it did to its environment, session or parents, and it can be
 * limited. Thread-safe.
 *
 * @param base the directory
 */
public record Cgroups(Path base) {
    private static final String PROCESSES = "cgroup.procs";
    private static final String KILL = "cgroup.kill"; // Linux 5.14
    private static final String HANDED_DOWN = "cgroup.subtree_control";
    private static final String KEEPER = "keeper";
    private static final String PREFIX = "run-";

    /** Time within which a run's command has entered its group. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private static final long PERIOD_MICROS = 100_000; // the kernel's own default of cpu.max
    private static final long LEAST_MICROS = 1_000; // and its least quota

    /**
     * Checks that groups can be made there.
     *
     * @throws IOException if not; the message says why
     */
    public static Cgroups in(Path base) throws IOException {
        Cgroups groups = new Cgroups(base);
        Path probe = base.resolve("probe-" + ProcessHandle.current().pid());
        Files.createDirectory(probe);
        Instant now = made(probe);
        try {
            if (!Files.isWritable(probe.resolve(KILL))) {
                throw new IOException(base + " is not a control group of version 2 with " + KILL + " (Linux 5.14)");
            }
        } finally {
            Files.deleteIfExists(probe);
        }
        groups.removeEmpty(now);
        return groups;
    }

    /**
     * Makes a group for a run.
     *
     * @param name unique on this host
     * @throws IOException if the group cannot be had, or not with these limits; nothing is left then
     */
    Path create(String name, ResourceLimits limits) throws IOException {
        if (!limits.equals(ResourceLimits.NONE)) {
            enable(limits);
        }
        Path group = base.resolve(PREFIX + name);
        Files.createDirectory(group);
        try {
            removeEmpty(made(group));
            limit(group, limits);
            return group;
        } catch (IOException e) {
            Files.deleteIfExists(group);
            throw e;
        }
    }

    private static void limit(Path group, ResourceLimits limits) throws IOException {
        if (limits.memory().isPresent()) {
            write(group.resolve("memory.max"), Long.toString(limits.memory().getAsLong()));
            write(group.resolve("memory.oom.group"), "1"); // the run as a whole, not a part of it
            if (Files.exists(group.resolve("memory.swap.max"))) {
                write(group.resolve("memory.swap.max"), "0");
            }
        }
        if (limits.cpu().isPresent()) {
            long quota = Math.max(LEAST_MICROS, Math.round(limits.cpu().getAsDouble() * PERIOD_MICROS));
            write(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
        }
        if (limits.tasks().isPresent()) {
            write(group.resolve("pids.max"), Integer.toString(limits.tasks().getAsInt()));
        }
    }

    /**
     * Sees to it that groups made here can be limited so. A group that hands controllers down must hold no processes
     * itself: whoever keeps it alive moves aside.
     *
     * @throws IOException if this host cannot; the message says why
     */
    public synchronized void enable(ResourceLimits limits) throws IOException {
        List<String> wanted = new ArrayList<>();
        if (limits.memory().isPresent()) {
            wanted.add("memory");
        }
        if (limits.cpu().isPresent()) {
            wanted.add("cpu");
        }
        if (limits.tasks().isPresent()) {
            wanted.add("pids");
        }
        List<String> there = words("cgroup.controllers");
        for (String controller : wanted) {
            if (!there.contains(controller)) {
                throw new IOException("this host has no " + controller + " controller in " + base);
            }
        }
        List<String> on = words(HANDED_DOWN);
        List<String> processes = words(PROCESSES);
        if (processes.isEmpty() && on.containsAll(wanted)) {
            return;
        }
        if (!processes.isEmpty()) {
            moveAside(processes, on);
            wanted.addAll(on);
        }
        for (String controller : wanted) {
            write(base.resolve(HANDED_DOWN), "+" + controller);
        }
    }

    /**
     * Some controllers, pids among them, let processes stay here, or come here later; but then no group below may have any
     * until the controllers are off (cgroups(7), "domain invalid").
     */
    private void moveAside(List<String> processes, List<String> on) throws IOException {
        for (String controller : on) {
            write(base.resolve(HANDED_DOWN), "-" + controller);
        }
        Path keeper = Files.createDirectories(base.resolve(KEEPER));
        for (String process : processes) {
            write(keeper.resolve(PROCESSES), process);
        }
    }

    private List<String> words(String file) throws IOException {
        return Stream.of(Files.readString(base.resolve(file)).split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static void write(Path file, String value) throws IOException {
        try {
            Files.writeString(file, value, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("cannot write " + value + " to " + file + ": " + e.getMessage(), e);
        }
    }

    private static Instant made(Path group) throws IOException {
        return Files.getLastModifiedTime(group).toInstant();
    }

    /**
     * Removes groups whose runs, and whatever they left behind, are over.
     *
     * @param now the time of what was made just now
     */
    private void removeEmpty(Instant now) throws IOException {
        try (Stream<Path> found = Files.list(base)) {
            for (Path group : found.filter(p -> p.getFileName().toString().startsWith(PREFIX))
                    .toList()) {
                if (made(group).isBefore(now.minus(FRESH))) {
                    remove(group);
                }
            }
        } catch (NoSuchFileException e) {
            // another process removed it
        }
    }

    /** Removes a group unless something is left in it. */
    static void remove(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (DirectoryNotEmptyException e) {
            // groups below it
        } catch (IOException e) {
            // EBUSY: a daemon that the command left behind lives there
        }
    }
}
