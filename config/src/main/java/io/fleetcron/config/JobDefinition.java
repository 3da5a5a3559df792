package io.fleetcron.config;

import io.fleetcron.config.ExecutionEnvironment.Limits;
import io.fleetcron.config.schedule.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * One job as its owner wrote it, with every default filled in. Immutable and thread-safe.
 *
 * <p>Defaults: time zone UTC or the main file's; no timeout; 30 s between SIGTERM and SIGKILL; no retries, and where
 * there are some 10 s between them and no backoff; overlapping fires are skipped; no late fire is caught up, and where
 * some are, those of the last hour; tolerance two leases and 30 s, at least 60 s; a lost run is not repeated; one host of the fleet; enabled.
 *
 * @param name unique in the fleet; {@code [a-z0-9][a-z0-9._-]{0,62}}
 * @param description free text, empty when absent
 * @param schedule when it fires; a list in the file is one schedule that fires at each of their times
 * @param timezone the zone in which the schedule's wall-clock times are read
 * @param command what to run
 * @param environment as whom, where and within what limits it runs
 * @param timeout how long one attempt may take; absent means without limit
 * @param killAfter time between SIGTERM and SIGKILL of the process tree
 * @param retries how often and how far apart a failing command is tried
 * @param overlap what happens to fires that come due while the job runs
 * @param catchUp what happens to fires that no host could start on time
 * @param tolerance how late a claim may be and still count as on time; absent means as long as a host's death may go
 *     unnoticed, see {@link #tolerance(Optional)}
 * @param onLost what happens to a run whose host died
 * @param runOn one host of the fleet, or every host
 * @param mail who gets word of its runs; absent means nobody
 * @param enabled false keeps the definition but fires nothing
 * @param source the file and line that define it
 * @param scheduleHash a short hash of when this job fires: of its schedule, time zone and whether it is enabled. Equal on
 *     all hosts and JVMs; the ledger compares it to notice a changed schedule. Always computed here, once: every look at a
 *     ledger compares it
 */
public record JobDefinition(
        String name,
        String description,
        Schedule schedule,
        ZoneId timezone,
        Command command,
        ExecutionEnvironment environment,
        Optional<Duration> timeout,
        Duration killAfter,
        Retries retries,
        Overlap overlap,
        CatchUp catchUp,
        Optional<Duration> tolerance,
        OnLost onLost,
        RunOn runOn,
        Optional<Mail> mail,
        boolean enabled,
        Source source,
        String scheduleHash) {

    public JobDefinition {
        scheduleHash = new Fingerprint()
                .add("schedule", schedule.canonical())
                .add("timezone", timezone.getId())
                .add("enabled", enabled)
                .hash();
    }

    /** A definition. */
    public JobDefinition(
            String name,
            String description,
            Schedule schedule,
            ZoneId timezone,
            Command command,
            ExecutionEnvironment environment,
            Optional<Duration> timeout,
            Duration killAfter,
            Retries retries,
            Overlap overlap,
            CatchUp catchUp,
            Optional<Duration> tolerance,
            OnLost onLost,
            RunOn runOn,
            Optional<Mail> mail,
            boolean enabled,
            Source source) {
        this(
                name,
                description,
                schedule,
                timezone,
                command,
                environment,
                timeout,
                killAfter,
                retries,
                overlap,
                catchUp,
                tolerance,
                onLost,
                runOn,
                mail,
                enabled,
                source,
                "");
    }

    /** How late a claim may be at least, where the job says nothing else. */
    private static final Duration LEAST_TOLERANCE = Duration.ofSeconds(60);

    /**
     * How late a claim may be and still count as on time.
     *
     * @param lease how long the server keeps the locks of a host that died; empty for a local file system
     */
    public Duration tolerance(Optional<Duration> lease) {
        return tolerance.orElseGet(() -> usualTolerance(lease));
    }

    /** Two leases, since the death of a holder is noticed after one, and 30 s. */
    public static Duration usualTolerance(Optional<Duration> lease) {
        return lease.map(kept -> kept.multipliedBy(2).plusSeconds(30))
                .filter(usual -> usual.compareTo(LEAST_TOLERANCE) > 0)
                .orElse(LEAST_TOLERANCE);
    }

    /**
     * A short hash of everything that changes what this job does, its place and description left out. Equal on all
     * hosts and JVMs; hosts compare it to notice that they have different definitions.
     */
    public String definitionHash() {
        Limits limits = environment.limits();
        Fingerprint print = new Fingerprint()
                .add("name", name)
                .add("when", scheduleHash())
                .add("shell", command instanceof ShellCommand)
                .add("argv", command.argv())
                .add("user", environment.user())
                .add("group", environment.group())
                .add("working_dir", environment.workingDir())
                .add("env", environment.env())
                .add("env_file", environment.envFiles())
                .add("stdin", environment.stdin())
                .add("umask", environment.umask())
                .add("nice", environment.nice())
                .add("ionice", environment.ionice())
                .add("limits", "Limits[memory=" + limits.memory() + ", cpu=" + limits.cpu() + "]")
                .add("timeout", timeout)
                .add("kill_after", killAfter)
                .add("attempts", retries.attempts())
                .add("delay", retries.delay())
                .add("backoff", Double.doubleToLongBits(retries.backoff()))
                .add("overlap", overlap.name())
                .add("catch_up", catchUp.policy().name())
                .add("within", catchUp.within())
                .add("tolerance", tolerance)
                .add("on_lost", onLost.name())
                .add("run_on", runOn.name())
                .add("mail", mail);
        limits.tasks().ifPresent(tasks -> print.add("tasks", tasks)); // absent in hashes of agents without this key
        return print.hash();
    }

    /** What a job runs. */
    public sealed interface Command {
        /** The words to execute. */
        List<String> argv();
    }

    /**
     * A command line for a shell.
     *
     * @param shell the shell's absolute path; it gets {@code -c} and the line, and stands in SHELL
     */
    public record ShellCommand(String shell, String line) implements Command {
        /** The shell of a job that names none. */
        public static final String SH = "/bin/sh";

        @Override
        public List<String> argv() {
            return List.of(shell, "-c", line);
        }
    }

    /** A program and its arguments, started without a shell. */
    public record ProgramCommand(List<String> argv) implements Command {
        public ProgramCommand {
            argv = List.copyOf(argv);
        }
    }

    /**
     * Attempts of one run.
     *
     * @param attempts how often the command is started at most, the first time included; 1 means no retry
     * @param delay wait before the second attempt
     * @param backoff factor by which the wait grows for each further attempt
     */
    public record Retries(int attempts, Duration delay, double backoff) {
        /** The command is started once. */
        public static final Retries NONE = new Retries(1, Duration.ZERO, 1.0);
    }

    /** What happens to fires that come due while the job runs. */
    public enum Overlap {
        /** They are settled as skipped. */
        SKIP,
        /** The newest one runs afterwards, the others are skipped. */
        QUEUE,
        /** The running one is ended, then the newest one runs. */
        REPLACE
    }

    /**
     * What happens to fires that no host could start on time.
     *
     * @param policy which of them still run
     * @param within how long after its scheduled time a fire may still be started
     */
    public record CatchUp(CatchUpPolicy policy, Duration within) {
        /** No late fire is started. */
        public static final CatchUp NONE = new CatchUp(CatchUpPolicy.NONE, Duration.ZERO);
    }

    /** Which late fires still run. */
    public enum CatchUpPolicy {
        /** None: they are settled as missed. */
        NONE,
        /** The newest one; the others are missed. */
        LATEST,
        /** Each of them, oldest first. */
        ALL
    }

    /** What happens to a run whose host died. */
    public enum OnLost {
        /** It is settled as lost. */
        SKIP,
        /** The same fire is started again, with a higher token. */
        RERUN
    }

    /** Where a job runs. */
    public enum RunOn {
        /** On exactly one host of the fleet. */
        ONE,
        /** On every host, independent of the shared directory. */
        EVERY
    }

    /**
     * Where a definition stands, and what stands there.
     *
     * @param file as the operator named it
     * @param line from 1
     * @param schedule the schedule as it is written, for people: several expressions with {@code |} between them
     */
    public record Source(Path file, int line, String schedule) {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }
}
