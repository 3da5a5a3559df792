package io.fleetcron.run;

import io.fleetcron.run.RunEnd.How;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Starts each run under a supervisor of its own, and keeps a directory for it below {@code runs} in this host's state
 * directory. Thread-safe.
 */
public final class SupervisedLauncher implements RunLauncher {
    private static final int LOCK_DESCRIPTOR = 3; // as the script knows it

    private final Path stateDir;
    private final String instance;
    private final Processes processes;
    private final List<String> shell;

    /**
     * @param stateDir on a local file system; created at the first run
     * @param instance whose runs {@link #survivors} looks for
     */
    public SupervisedLauncher(Path stateDir, String instance, Processes processes) {
        this(stateDir, instance, processes, SupervisorScript.SH);
    }

    SupervisedLauncher(Path stateDir, String instance, Processes processes, List<String> shell) {
        this.stateDir = stateDir.toAbsolutePath();
        this.instance = instance;
        this.processes = processes;
        this.shell = shell;
    }

    @Override
    public Run start(RunSpec spec) throws IOException {
        Map<String, String> environment = SupervisorCall.environment(spec);
        String marker = marker(spec.run());
        Optional<Path> group = group(spec.command(), marker);
        RunNote note = note(spec.run(), marker, group);
        RunDirectory directory = directory(spec.run());
        SupervisorScript script;
        try {
            prepare(directory, note);
            if (spec.command().stdin().isPresent()) {
                directory.writeStdin(spec.command().stdin().get());
            }
            script = SupervisorScript.install(shell, stateDir);
        } catch (IOException e) {
            group.ifPresent(ControlGroups::remove);
            throw cannotPrepare(spec.run(), e);
        }
        return spawn(spec, directory, note, script, environment);
    }

    @Override
    public Run refuse(RunIdentity run, String reason) throws IOException {
        RunNote note = note(run, marker(run), Optional.empty());
        RunDirectory directory = directory(run);
        try {
            prepare(directory, note);
            Files.writeString(directory.output(), "fleetcron: " + reason + "\n");
            directory.write(
                    new ExitRecord(run.token(), new RunEnd(How.FAILED, OptionalInt.of(REFUSED), 0, run.started())));
            return new SupervisedRun(directory, note, SupervisorScript.install(shell, stateDir), processes);
        } catch (IOException e) {
            throw cannotPrepare(run, e);
        }
    }

    private static String name(RunIdentity run) {
        return run.job() + "@" + run.token();
    }

    private RunDirectory directory(RunIdentity run) {
        return new RunDirectory(stateDir.resolve("runs").resolve(name(run)));
    }

    private static String marker(RunIdentity run) {
        return name(run) + "@" + UUID.randomUUID();
    }

    /** A run that asks for no limits goes on without a group where none is to be had. */
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
            throw new IOException("cannot make a control group for run " + marker + ": " + e.getMessage(), e);
        }
    }

    private static RunNote note(RunIdentity run, String marker, Optional<Path> group) {
        return new RunNote(
                run.job(),
                run.fire(),
                run.token(),
                run.instance(),
                run.started(),
                marker,
                group,
                ProcessId.self(),
                Optional.empty());
    }

    private void prepare(RunDirectory directory, RunNote note) throws IOException {
        clearLeftover(directory);
        directory.create(processes);
        directory.write(note);
    }

    private IOException cannotPrepare(RunIdentity run, IOException cause) {
        return new IOException(
                "cannot prepare run " + name(run) + " in " + stateDir + ": " + cause
                        + "; make room there, or let the agent's user write there (state_dir)",
                cause);
    }

    @Override
    public List<Run> survivors() throws IOException {
        List<Run> found = new ArrayList<>();
        SupervisorScript script = null;
        for (RunDirectory directory : directories()) {
            Optional<RunNote> note = directory.note().filter(n -> n.instance().equals(instance));
            if (note.isPresent() && !note.get().owner().isAlive()) {
                script = script == null ? SupervisorScript.install(shell, stateDir) : script;
                RunNote adopted = completed(directory, note.get()).withOwner(ProcessId.self());
                directory.write(adopted);
                found.add(new SupervisedRun(directory, adopted, script, processes));
            }
        }
        return found;
    }

    private Run spawn(
            RunSpec spec,
            RunDirectory directory,
            RunNote note,
            SupervisorScript script,
            Map<String, String> environment)
            throws IOException {
        int pid;
        try {
            processes.rewind(spec.lock().descriptor());
            pid = processes.spawn(new Processes.Spawn(
                    SupervisorCall.run(script, directory, note, spec, processes.sinceBoot()),
                    environment,
                    directory.log(),
                    Map.of(LOCK_DESCRIPTOR, spec.lock().descriptor())));
        } catch (IOException e) {
            directory.delete();
            note.group().ifPresent(ControlGroups::remove);
            throw new IOException(
                    "cannot start the supervisor of run " + note.job() + "@" + note.token() + ": " + e.getMessage()
                            + "; /bin/sh must be executable, and process limits not exhausted",
                    e);
        }
        RunNote complete = note.withSupervisor(ProcessId.of(pid));
        try {
            directory.write(complete);
        } catch (IOException e) {
            // The run goes on. An agent that finds it later looks for its supervisor in /proc.
            return new SupervisedRun(directory, complete, script, processes);
        }
        return new SupervisedRun(directory, complete, script, processes);
    }

    private static void clearLeftover(RunDirectory directory) throws IOException {
        Optional<RunNote> leftover = directory.note();
        if (leftover.flatMap(RunNote::supervisor).filter(ProcessId::isAlive).isPresent()) {
            throw new IOException(directory.path() + " belongs to a run that still goes on");
        }
        directory.delete();
    }

    private List<RunDirectory> directories() throws IOException {
        try (Stream<Path> found = Files.list(stateDir.resolve("runs"))) {
            return found.sorted().map(RunDirectory::new).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** An agent that died between the start of a supervisor and the note of its number left that to be found out. */
    private static RunNote completed(RunDirectory directory, RunNote note) throws IOException {
        return note.supervisor().isPresent() ? note : note.withSupervisor(findSupervisor(directory));
    }

    private static Optional<ProcessId> findSupervisor(RunDirectory directory) throws IOException {
        String words = "\0run\0" + directory.path() + "\0";
        Optional<Object> self = user(Path.of("/proc/self"));
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(p -> p.getFileName().toString().matches("[0-9]+"))
                    .filter(p -> commandLine(p).contains(words))
                    .filter(p -> user(p).equals(self)) // anybody may give a process those words
                    .map(p -> Integer.parseInt(p.getFileName().toString()))
                    .flatMap(pid -> ProcessId.of(pid).stream())
                    .min(Comparator.comparingLong(ProcessId::start)); // the guard is its younger copy
        }
    }

    private static Optional<Object> user(Path process) {
        try {
            return Optional.of(Files.getAttribute(process, "unix:uid"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
