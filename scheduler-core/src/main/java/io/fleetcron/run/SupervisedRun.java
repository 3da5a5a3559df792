package io.fleetcron.run;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.natives.Children;
import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.Errno;
import io.fleetcron.natives.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs have in common, whoever started them: a directory, and processes that hold the lock. Thread-safe. */
abstract class SupervisedRun implements Run {
    private static final Logger LOG = LoggerFactory.getLogger(SupervisedRun.class);
    static final Duration LOOK = Duration.ofSeconds(1);

    private final RunDirectories directories;
    private final RunDirectory directory;
    private final RunRecord note;
    private final SupervisorProgram program;
    private final InstantSource clock;
    private @Nullable RunEnd end;
    private volatile boolean killAsked;
    private volatile Optional<String> keptOnBy = Optional.empty();

    SupervisedRun(
            RunDirectories directories,
            RunDirectory directory,
            RunRecord note,
            SupervisorProgram program,
            InstantSource clock) {
        this.directories = directories;
        this.directory = directory;
        this.note = note;
        this.program = program;
        this.clock = clock;
    }

    /** Blocks until the run is over: its end where its supervisor reported it, empty if its processes are gone. */
    abstract Optional<RunEnd> awaitOver() throws InterruptedException;

    /** Waits, once its end is recorded, until its processes write to its directory no more. */
    abstract void awaitProcesses();

    /** The exit status of its guard, if this process started it and it is over: 128 + n if signal n ended it. */
    OptionalInt guardStatus() {
        return OptionalInt.empty();
    }

    /** Passes a request to end the run on. */
    abstract void requestEnd() throws IOException;

    final RunDirectory directory() {
        return directory;
    }

    final RunRecord note() {
        return note;
    }

    @Override
    public final RunId id() {
        return note.run();
    }

    @Override
    public final Optional<String> slot() {
        return note.slot();
    }

    @Override
    public final Path output() {
        return directory.output();
    }

    @Override
    public final synchronized RunEnd await() throws InterruptedException {
        if (end == null) {
            Optional<RunEnd> reported = awaitOver().or(() -> directory.end(id()));
            end = reported.isPresent() ? reported.get() : vanished();
        }
        return end;
    }

    @Override
    public final void kill() {
        killAsked = true;
        try {
            requestEnd();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "run " + directory.path().getFileName() + " cannot be ended: " + e.getMessage(), e);
        }
    }

    @Override
    public final Optional<String> complaint() {
        return directory.complaint();
    }

    @Override
    public final void forget() {
        recorded();
        awaitProcesses();
        try {
            directories.release(directory);
            note.group().ifPresent(Cgroups::remove);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory.path() + "; remove it by hand", e);
        }
    }

    /** Reports what keeps the run from being over although all of it has been killed. */
    final void keepsOn(String why) {
        Optional<String> reason = Optional.of(why);
        if (!reason.equals(keptOnBy)) {
            keptOnBy = reason;
            LOG.error("run does not end job={} fire={} token={}: {}", id().job(), id().time(), id().token(), why);
        }
    }

    /** What was reported last to keep the run from being over. */
    final Optional<String> keptOnBy() {
        return keptOnBy;
    }

    /**
     * Ends what supervisor and guard left when they disappeared. They may have disappeared because they were asked to end
     * before they could react. Of another boot of this host nothing is left, and its numbers name strangers. A guard that
     * ended by itself has left nothing.
     */
    private RunEnd vanished() throws InterruptedException {
        if (note.owner().isOfThisBoot()) {
            LOG.warn(
                    "run vanished job={} fire={} token={}: its supervisor and guard left no record of its end here{}",
                    id().job(),
                    id().time(),
                    id().token(),
                    guardStatus().stream()
                            .mapToObj(status -> "; its guard ended with status " + status)
                            .collect(Collectors.joining()));
            while (guardStatus().orElse(-1) != 0 && !sweep()) {
                Thread.sleep(LOOK.toMillis());
            }
        }
        return new RunEnd(killAsked ? Outcome.KILLED : Outcome.LOST, OptionalInt.empty(), 0, clock.instant());
    }

    /**
     * False if something of the run is left, or may be, or if this host has no process for it just now: whoever waits for
     * the run still holds its lock.
     */
    private boolean sweep() {
        try {
            boolean swept = reap(program.sweep(directory, note)).orElse(0) == 0;
            if (!swept) {
                keepsOn(
                        "its supervisor and guard have disappeared, and processes of it may be left that do not die: look"
                                + " for " + note.marker() + " in their environment");
            }
            return swept;
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits for a child's end and returns its exit status; empty, at once, for one that is reaped or another's child. */
    static OptionalInt reap(int pid) {
        try {
            return OptionalInt.of(Children.reap(pid));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ECHILD) {
                throw new IllegalStateException(e);
            }
            return OptionalInt.empty();
        }
    }

    /** Signals a process if it is still the one that is meant. */
    static void signal(ProcessId process, int signal) throws IOException {
        int pidfd;
        try {
            pidfd = Descriptors.pidfdOpen(process.pid());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ESRCH) {
                return;
            }
            throw e;
        }
        try {
            if (process.isAlive()) { // the descriptor names it for good
                Descriptors.signal(pidfd, signal);
            }
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        } finally {
            Descriptors.close(pidfd);
        }
    }
}
