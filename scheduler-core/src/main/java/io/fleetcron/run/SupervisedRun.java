package io.fleetcron.run;

import io.fleetcron.run.Processes.Seen;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run under its supervisor. Thread-safe: what it knows is in the run's directory. */
final class SupervisedRun implements Run {
    private static final Logger LOG = LoggerFactory.getLogger(SupervisedRun.class);
    private static final int SIGUSR1 = 10;
    private static final int SIGUSR2 = 12;
    private static final int SIGTERM = 15;
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final RunDirectory directory;
    private final RunNote note;
    private final SupervisorScript script;
    private final Processes processes;
    private @Nullable RunEnd end;
    private @Nullable ProcessId waiting;
    private volatile boolean killAsked;

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
                awaitOver(note.supervisor().get());
            }
            Optional<RunEnd> recorded = directory.end(note.token());
            end = recorded.isPresent() ? recorded.get() : vanished();
        }
        return end;
    }

    @Override
    public void recorded() {
        dismiss(SIGUSR1);
    }

    @Override
    public void unrecorded() {
        dismiss(SIGUSR2);
    }

    /** Its supervisor has set its traps before it rang, and ignores both signals when it does not wait any more. */
    private synchronized void dismiss(int word) {
        if (waiting == null) {
            return;
        }
        try {
            if (waiting.isAlive()) {
                processes.signal(waiting.pid(), word);
            }
            awaitEnd(waiting);
            waiting = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void kill() {
        killAsked = true;
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
    public Optional<String> complaint() {
        return directory.complaint();
    }

    @Override
    public void forget() {
        recorded();
        try {
            directory.delete();
            note.group().ifPresent(ControlGroups::remove);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory.path() + "; remove it by hand", e);
        }
    }

    /**
     * Ends what a vanished supervisor left running. It may have vanished because it was asked to end before it could
     * hear. Of another boot of this host nothing is left, and its numbers name strangers.
     */
    private RunEnd vanished() throws InterruptedException {
        ProcessId lost =
                note.supervisor().orElse(new ProcessId(0, 0, note.owner().boot()));
        if (lost.isOfThisBoot()) {
            while (!sweep(lost)) {
                Thread.sleep(LOOK.toMillis());
            }
        }
        return new RunEnd(killAsked ? How.KILLED : How.VANISHED, OptionalInt.empty(), 0, Instant.now());
    }

    /** False if no process can be had for it just now: whoever waits for the run goes on holding its lock. */
    private boolean sweep(ProcessId lost) throws InterruptedException {
        List<String> argv = SupervisorCall.sweep(script, directory, note, lost);
        int sweeper;
        try {
            sweeper = processes.spawn(new Processes.Spawn(argv, Map.of(), directory.log(), Map.of()));
        } catch (IOException e) {
            return false;
        }
        Optional<ProcessId> id = ProcessId.of(sweeper);
        if (id.isPresent()) {
            awaitEnd(id.get());
        }
        return true;
    }

    /** Until the supervisor rings, having noted how the run ended, or is gone. */
    private void awaitOver(ProcessId supervisor) throws InterruptedException {
        try (Processes.Watch watch = processes.watch(supervisor.pid(), directory.bell())) {
            if (await(supervisor, watch) == Seen.BELL
                    && directory.end(note.token()).isPresent()) {
                waiting = supervisor;
                return;
            }
        } catch (IOException e) {
            LOG.debug("no bell in {}", directory.path(), e);
        }
        awaitEnd(supervisor);
    }

    private void awaitEnd(ProcessId process) throws InterruptedException {
        try (Processes.Watch watch = processes.watch(process.pid())) {
            await(process, watch);
        } catch (IOException e) {
            while (process.isAlive()) { // no handle to be had, such as for want of descriptors
                Thread.sleep(LOOK.toMillis());
            }
        }
        processes.reap(process.pid());
    }

    private static Seen await(ProcessId process, Processes.Watch watch) throws IOException, InterruptedException {
        Seen seen = Seen.NOTHING;
        // Only now is it certain that the handle names the process meant, or that it is over.
        while (process.isAlive() && seen == Seen.NOTHING) {
            seen = watch.await(LOOK);
            if (seen == Seen.NOTHING && Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return seen;
    }
}
