package io.fleetcron.run;

import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.natives.BootClock;
import io.fleetcron.natives.Packets;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts each run under a supervisor of its own, and keeps a directory for it below {@code runs} in this host's state
 * directory. Thread-safe.
 */
public final class SupervisedLauncher implements RunLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(SupervisedLauncher.class);

    private static final int MOST_FREE = 64;

    private static final String REMEDY = "; make room in state_dir, or let the agent's user write there";

    private final RunDirectories directories;
    private final String instance;
    private final InstantSource clock;
    private @Nullable SupervisorProgram program;
    private @Nullable ProcessId self;

    /**
     * @param stateDir on a local file system; created at the first run
     * @param instance whose runs {@link #survivors} looks for
     * @param clock this host's wall clock
     */
    public SupervisedLauncher(Path stateDir, String instance, InstantSource clock) {
        this(stateDir, instance, clock, MOST_FREE);
    }

    private SupervisedLauncher(Path stateDir, String instance, InstantSource clock, int mostFree) {
        this.directories = new RunDirectories(stateDir.toAbsolutePath().resolve("runs"), mostFree);
        this.instance = instance;
        this.clock = clock;
    }

    /** For a process that ends with its run: it keeps no directory for another one. */
    public static SupervisedLauncher ofOneRun(Path stateDir, String instance, InstantSource clock) {
        return new SupervisedLauncher(stateDir, instance, clock, 0);
    }

    /** Why this host cannot start runs, and what to do: empty if the supervisor can be executed. */
    public static Optional<String> problem() {
        return SupervisorProgram.problem();
    }

    @Override
    public RunPlace reserve() throws IOException {
        return reserved();
    }

    private ReservedDirectory reserved() throws IOException {
        try {
            return directories.reserve();
        } catch (IOException e) {
            throw new IOException(
                    "a run's directory cannot be made in " + directories.path() + ": " + found(e) + REMEDY, e);
        }
    }

    @Override
    public Run start(RunSpec spec, RunPlace place) throws IOException {
        SupervisorProgram supervisor = program();
        String marker = marker(spec.run());
        Optional<Path> group = group(spec.command(), marker);
        RunRecord note = note(
                spec.run(), spec.started(), marker, group, spec.lock().slot().map(RunSpec.Slot::name));
        RunDirectory directory = directories.of(spec.run());
        byte[] specification;
        try {
            specification = Specification.of(spec, note);
            become((ReservedDirectory) place, directory, note);
        } catch (IOException e) {
            group.ifPresent(Cgroups::remove);
            throw e;
        }
        return spawn(spec, supervisor, directory, note, specification);
    }

    @Override
    public boolean startsProcesses() {
        return problem().isEmpty();
    }

    @Override
    public Run refuse(RunId run, Instant started, String reason) throws IOException {
        RunRecord note = note(run, started, marker(run), Optional.empty(), Optional.empty());
        RunDirectory directory = directories.of(run);
        RunEnd end = RunEnd.refused(started, reason);
        become(reserved(), directory, note);
        try {
            directory.writeRefusal(reason);
            directory.write(new ExitRecord(run.fire(), run.token(), end));
        } catch (IOException e) {
            throw cannotPrepare(note, e);
        }
        return new FoundRun(directories, directory, note, program(), clock, Optional.of(end));
    }

    private synchronized SupervisorProgram program() throws IOException {
        SupervisorProgram opened = program;
        if (opened == null) {
            opened = SupervisorProgram.installed();
            program = opened;
        }
        return opened;
    }

    private synchronized ProcessId self() {
        ProcessId known = self;
        if (known == null) {
            known = ProcessId.self();
            self = known;
        }
        return known;
    }

    private static String name(RunId run) {
        return run.job() + "@" + run.token();
    }

    private static String marker(RunId run) {
        return name(run) + "@" + UUID.randomUUID();
    }

    /** A run that asks for no limits continues without a group where none is available. */
    private static Optional<Path> group(CommandSpec command, String marker) throws IOException {
        if (command.groups().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(command.groups().get().create(marker, command.limits()));
        } catch (IOException e) {
            if (command.limits().equals(ResourceLimits.NONE)) {
                return Optional.empty();
            }
            throw new UnfitForJobException("cannot make a control group for run " + marker + ": " + e.getMessage(), e);
        }
    }

    private RunRecord note(RunId run, Instant started, String marker, Optional<Path> group, Optional<String> slot) {
        return new RunRecord(run, started, BootClock.uptime().toMillis(), marker, group, slot, self());
    }

    private static void become(ReservedDirectory place, RunDirectory directory, RunRecord note) throws IOException {
        try {
            place.become(directory, note);
        } catch (UnfitForJobException e) {
            throw e;
        } catch (IOException e) {
            throw cannotPrepare(note, e);
        }
    }

    private static IOException cannotPrepare(RunRecord note, IOException cause) {
        return new IOException("cannot prepare run " + name(note.run()) + ": " + found(cause) + REMEDY, cause);
    }

    /** Without the name of the file, which is another one each time. */
    private static String found(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "Permission denied";
        }
        return cause instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : cause.toString();
    }

    @Override
    public List<Run> survivors() throws IOException {
        List<Run> found = new ArrayList<>();
        for (RunDirectory directory : directories.inUse()) {
            if (directory.isOfAnotherVersion()) {
                LOG.warn(
                        "{} belongs to a run of another version of fleetcron: it ends by itself and its lock records how;"
                                + " remove the directory afterwards",
                        directory.path());
            }
            Optional<RunRecord> note = directory
                    .note()
                    .filter(n -> n.run().instance().equals(instance))
                    .filter(n -> !n.owner().isAlive());
            if (note.isPresent() && !directories.of(note.get().run()).equals(directory)) {
                forgetUnbegun(directory);
            } else if (note.isPresent()) {
                RunRecord adopted = note.get().withOwner(self());
                try {
                    directory.write(adopted);
                } catch (IOException e) {
                    // The next agent finds the owner before this one, which is dead as well.
                    LOG.warn("{}: its new owner is not noted: {}", directory.path(), e.getMessage());
                }
                found.add(new FoundRun(directories, directory, adopted, program(), clock));
            }
        }
        return found;
    }

    /**
     * A directory gets its run's note, then its name, then its processes; a host that loses its power may keep the name
     * without the note. What is in it is of the run that had it before.
     */
    private static void forgetUnbegun(RunDirectory directory) throws IOException {
        LOG.warn(
                "{} has the name of a run and the note of an earlier one: the host lost its power, or the agent was killed,"
                        + " about when the run began. Nothing more is known of it here; the directory is removed",
                directory.path());
        directory.delete();
    }

    private Run spawn(
            RunSpec spec, SupervisorProgram supervisor, RunDirectory directory, RunRecord note, byte[] specification)
            throws IOException {
        Packets[] ends = new Packets[0];
        try {
            ends = Packets.pair();
            int guard = supervisor.run(directory, spec.lock(), ends[1], specification);
            ends[1].close();
            return new StartedRun(directories, directory, note, supervisor, clock, guard, ends[0]);
        } catch (IOException e) {
            for (Packets end : ends) {
                end.close();
            }
            directory.delete();
            note.group().ifPresent(Cgroups::remove);
            throw new IOException(
                    "cannot start the supervisor of run " + name(note.run()) + ": " + e.getMessage()
                            + "; limits of processes and open files must not be exhausted",
                    e);
        }
    }
}
