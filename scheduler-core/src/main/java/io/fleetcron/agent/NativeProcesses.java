package io.fleetcron.agent;

import io.fleetcron.lock.natives.BootClock;
import io.fleetcron.lock.natives.Children;
import io.fleetcron.lock.natives.Descriptors;
import io.fleetcron.lock.natives.Errno;
import io.fleetcron.lock.natives.ErrnoException;
import io.fleetcron.run.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Gives runs the native calls that the lock's package keeps. Stateless and thread-safe. */
public final class NativeProcesses implements Processes {

    private static final int SUPERVISOR_PRIORITY = -10;

    @Override
    public int spawn(Spawn spawn) throws IOException {
        List<String> env = spawn.env().entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .sorted()
                .toList();
        int own = Children.priority();
        boolean raised = own > SUPERVISOR_PRIORITY && Children.setPriority(SUPERVISOR_PRIORITY);
        try {
            return Children.spawn(spawn.argv(), env, spawn.log(), spawn.descriptors());
        } finally {
            if (raised) {
                Children.setPriority(own);
            }
        }
    }

    @Override
    public Duration sinceBoot() {
        return BootClock.uptime();
    }

    @Override
    public void makePipe(Path file, int mode) throws IOException {
        Descriptors.makePipe(file, mode);
    }

    @Override
    public void rewind(int descriptor) throws IOException {
        try {
            Descriptors.seek(descriptor, 0);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ESPIPE) {
                throw e;
            }
        }
    }

    @Override
    public Watch watch(int pid) throws IOException {
        return new NativeWatch(Descriptors.pidfdOpen(pid));
    }

    @Override
    public Watch watch(int pid, Path bell) throws IOException {
        int pipe = Descriptors.open(bell, false);
        try {
            return new NativeWatch(Descriptors.pidfdOpen(pid), pipe);
        } catch (IOException e) {
            Descriptors.close(pipe);
            throw e;
        }
    }

    /** The process first, then perhaps its bell. */
    private static final class NativeWatch implements Watch {
        private final int[] descriptors;

        NativeWatch(int... descriptors) {
            this.descriptors = descriptors;
        }

        @Override
        public Seen await(Duration atMost) throws IOException {
            return switch (Children.awaitFirst(descriptors, Math.toIntExact(atMost.toMillis()))) {
                case 0 -> Seen.END;
                case 1 -> Seen.BELL;
                default -> Seen.NOTHING;
            };
        }

        @Override
        public void close() {
            for (int descriptor : descriptors) {
                Descriptors.close(descriptor);
            }
        }
    }

    @Override
    public void reap(int pid) {
        try {
            Children.reap(pid);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ECHILD) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void signal(int pid, int signal) throws IOException {
        try {
            Children.kill(pid, signal);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }
}
