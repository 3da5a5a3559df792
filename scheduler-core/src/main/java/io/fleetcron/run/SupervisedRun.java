package io.fleetcron.run;

import io.fleetcron.run.RunEnd.How;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A run under its supervisor. Thread-safe: what it knows is in the run's directory. */
final class SupervisedRun implements Run {
    private static final int SIGTERM = 15;
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final RunDirectory directory;
    private final RunNote note;
    private final SupervisorScript script;
    private final Processes processes;
    private @Nullable RunEnd end;

    SupervisedRun(RunDirectory directory, RunNote note, SupervisorScript script, Processes processes) {
        this.directory = directory;
        this.note = note;
        this.script = script;
        this.processes = processes;
    }

    @Override
    public String job() {
        return note.job();
    }

    @Override
    public Instant fire() {
        return note.fire();
    }

    @Override
    public long token() {
        return note.token();
    }

    @Override
    public int pid() {
        return note.supervisor().map(ProcessId::pid).orElse(0);
    }

    @Override
    public Path output() {
        return directory.output();
    }

    @Override
    public synchronized RunEnd await() throws InterruptedException {
        if (end == null) {
            if (note.supervisor().isPresent()) {
                awaitEnd(note.supervisor().get());
            }
            Optional<RunEnd> recorded = directory.end(note.token());
            end = recorded.isPresent() ? recorded.get() : sweep();
        }
        return end;
    }

    @Override
    public void kill() {
        Optional<ProcessId> alive = note.supervisor().filter(ProcessId::isAlive);
        if (alive.isPresent()) {
            try {
                processes.signal(alive.get().pid(), SIGTERM);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "run " + directory.path().getFileName() + " cannot be ended: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void forget() {
        try {
            directory.delete();
            note.group().ifPresent(ControlGroups::remove);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory.path() + "; remove it by hand", e);
        }
    }

    /** Ends what a vanished supervisor left running. */
    private RunEnd sweep() throws InterruptedException {
        ProcessId lost = note.supervisor().orElse(new ProcessId(0, 0, ""));
        try {
            List<String> argv = SupervisorCall.sweep(script, directory, note, lost);
            int sweeper = processes.spawn(new Processes.Spawn(argv, Map.of(), directory.log(), Map.of()));
            Optional<ProcessId> id = ProcessId.of(sweeper);
            if (id.isPresent()) {
                awaitEnd(id.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "what is left of run " + directory.path().getFileName() + " cannot be ended: " + e.getMessage(), e);
        }
        return new RunEnd(How.VANISHED, OptionalInt.empty(), 0, Instant.now());
    }

    private void awaitEnd(ProcessId process) throws InterruptedException {
        try (Processes.Watch watch = processes.watch(process.pid())) {
            // Only now is it certain that the handle names the process meant, or that it is over.
            while (process.isAlive() && !watch.awaitEnd(LOOK)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException("process " + process.pid() + " cannot be watched: " + e.getMessage(), e);
            }
        }
        processes.reap(process.pid());
    }
}
