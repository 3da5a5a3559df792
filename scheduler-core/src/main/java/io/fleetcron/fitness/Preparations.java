package io.fleetcron.fitness;

import io.fleetcron.command.CannotRunException;
import io.fleetcron.command.CommandResolver;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.fitness.Preparation.Ailment;
import io.fleetcron.loop.EventLoop;
import io.fleetcron.run.RunLauncher;
import io.fleetcron.run.RunPlace;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Finds out whether this host can run a job, within a deadline: the state directory may be frozen, the host's name service
 * or the file system of an environment file may hang. Each time on a thread of its own, which may stay behind, one for each
 * job at most. To the kernel a thread is a process: where none can be made, neither can a run's. Thread-safe.
 */
public final class Preparations {

    /** Long enough for a directory service far away, short beside any tolerance. */
    public static final Duration DEADLINE = Duration.ofSeconds(5);

    private final CommandResolver commands;
    private final RunLauncher launcher;
    private final EventLoop threads;
    private final Duration deadline;
    private final Map<String, Task> hanging = new ConcurrentHashMap<>();

    public Preparations(CommandResolver commands, RunLauncher launcher, EventLoop threads, Duration deadline) {
        this.commands = commands;
        this.launcher = launcher;
        this.threads = threads;
        this.deadline = deadline;
    }

    /** What a run of that job would get now. */
    Preparation of(JobDefinition job) throws InterruptedException {
        Task earlier = hanging.get(job.name());
        if (earlier != null) {
            return Preparation.failed(job, earlier.hung());
        }
        Task task = new Task(job);
        try {
            threads.start(task);
        } catch (OutOfMemoryError e) { // so Java calls it when the kernel gives no thread
            return Preparation.failed(
                    job,
                    new Ailment(
                            true,
                            "no process can be started: this host or the agent's unit has reached its limit of"
                                    + " processes; end some, or raise TasksMax=, RLIMIT_NPROC or pid_max"));
        }
        return task.await();
    }

    /** True if an earlier question about that job still has no answer. */
    boolean isHanging(JobDefinition job) {
        return hanging.containsKey(job.name());
    }

    private final class Task implements Runnable {
        private final JobDefinition job;
        private final CompletableFuture<Preparation> result = new CompletableFuture<>();
        private volatile boolean placed;

        Task(JobDefinition job) {
            this.job = job;
        }

        @Override
        public void run() {
            try {
                Preparation found = prepare();
                if (!result.complete(found)) {
                    found.close();
                }
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            } finally {
                hanging.remove(job.name(), this);
            }
        }

        private Preparation prepare() {
            RunPlace place;
            try {
                place = launcher.reserve();
            } catch (IOException e) {
                return Preparation.failed(job, new Ailment(true, String.valueOf(e.getMessage())));
            }
            placed = true;
            Preparation empty = new Preparation(job, Optional.empty(), Optional.of(place), Optional.empty());
            boolean ready = false;
            try {
                Preparation found = Preparation.ready(job, commands.of(job), place);
                ready = true;
                return found;
            } catch (CannotRunException e) {
                return Preparation.failed(job, new Ailment(false, e.reason()));
            } finally {
                if (!ready) {
                    empty.close();
                }
            }
        }

        Preparation await() throws InterruptedException {
            try {
                return threads.await(result, deadline);
            } catch (TimeoutException e) {
                return abandon();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }

        /** Noted before it is abandoned, so that a thread that returns just now takes the note away. */
        private Preparation abandon() {
            hanging.put(job.name(), this);
            Preparation hung = Preparation.failed(job, hung());
            if (result.complete(hung)) {
                return hung;
            }
            hanging.remove(job.name(), this);
            return result.join();
        }

        private Ailment hung() {
            String silence = " does not answer within " + deadline.toSeconds() + " s; ";
            return placed
                    ? new Ailment(
                            false,
                            "looking up the job's user, group and environment files" + silence
                                    + "see to the host's name service (nsswitch.conf) and to the file system of env_file")
                    : new Ailment(true, "the state directory" + silence + "see to its disk");
        }
    }
}
