package io.fleetcron.run;

import io.fleetcron.fleet.RunEnd;
import io.fleetcron.natives.Children;
import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.ErrnoException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * A run that an earlier agent started, or one that is over before it began. Its supervisor has nobody to wait for: it
 * writes the exit record itself.
 */
final class FoundRun extends SupervisedRun {
    private static final int SIGTERM = 15;

    private final Optional<RunEnd> known;

    /** One that an earlier agent started. */
    FoundRun(
            RunDirectories directories,
            RunDirectory directory,
            RunRecord note,
            SupervisorProgram program,
            InstantSource clock) {
        this(directories, directory, note, program, clock, Optional.empty());
    }

    /** @param known how it ended, if it is over before it began */
    FoundRun(
            RunDirectories directories,
            RunDirectory directory,
            RunRecord note,
            SupervisorProgram program,
            InstantSource clock,
            Optional<RunEnd> known) {
        super(directories, directory, note, program, clock);
        this.known = known;
    }

    /** 0 if neither supervisor nor guard is left. */
    @Override
    public int pid() {
        return holder().map(ProcessId::pid).orElse(0);
    }

    /** A guard that disappears is replaced, so the newest ones are asked for again. */
    private Optional<ProcessId> holder() {
        return directory().holders(note().owner().boot()).stream()
                .filter(ProcessId::isAlive)
                .findFirst();
    }

    @Override
    Optional<RunEnd> awaitOver() throws InterruptedException {
        Optional<ProcessId> holder = holder();
        while (holder.isPresent()) {
            await(holder.get());
            holder = holder();
        }
        return known;
    }

    private static void await(ProcessId process) throws InterruptedException {
        try {
            int pidfd = Descriptors.pidfdOpen(process.pid());
            try {
                // Only now is it certain that the descriptor names the process meant, or that it is over.
                while (process.isAlive()
                        && Children.awaitFirst(new int[] {pidfd}, Math.toIntExact(LOOK.toMillis())) == -1) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                }
            } finally {
                Descriptors.close(pidfd);
            }
        } catch (ErrnoException e) {
            if (process.isAlive()) { // no descriptor is left, perhaps
                Thread.sleep(LOOK.toMillis());
            }
        }
    }

    @Override
    void requestEnd() throws IOException {
        Optional<ProcessId> holder = holder();
        if (holder.isPresent()) {
            signal(holder.get(), SIGTERM);
        }
    }

    @Override
    public void recorded() {
        // nobody waits for it
    }

    @Override
    void awaitProcesses() {
        // it was over when they were gone
    }

    @Override
    public void unrecorded() {
        // its supervisor has recorded it already, or does so
    }
}
