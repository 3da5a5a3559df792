package io.fleetcron.config;

import io.fleetcron.config.ExecutionEnvironment.Limits;
import io.fleetcron.config.RunPolicy.RetryOn;
import io.fleetcron.config.calendar.Exclusions;
import io.fleetcron.config.schedule.Schedule;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One job as its owner wrote it, with every default filled in. Immutable and thread-safe.
 *
 * <p>Defaults: time zone UTC or the main file's; those of {@link RunPolicy}; enabled.
 *
 * @param name unique in the fleet; {@code [a-z0-9][a-z0-9._-]{0,62}}
 * @param description free text, empty when absent
 * @param schedule when it fires; a list in the file is one schedule that fires at each of their times
 * @param timezone the zone in which the schedule's wall-clock times are read
 * @param exclusions when it does not run although its schedule says so
 * @param command what to run
 * @param environment as whom, where and within what limits it runs
 * @param policy when, how long and how often its runs go on
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
        Exclusions exclusions,
        Command command,
        ExecutionEnvironment environment,
        RunPolicy policy,
        boolean enabled,
        Source source,
        String scheduleHash) {

    /** The keys of a job file whose values are hashed under other names. */
    private static final Map<String, String> KEYS_OF_PARTS = Map.of(
            "when", "schedule",
            "shell", "command",
            "argv", "command",
            "attempts", "retries",
            "delay", "retries",
            "backoff", "retries",
            "retry_on", "retries",
            "retry_timeouts", "retries",
            "within", "catch_up",
            "tasks", "limits");

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
            Exclusions exclusions,
            Command command,
            ExecutionEnvironment environment,
            RunPolicy policy,
            boolean enabled,
            Source source) {
        this(name, description, schedule, timezone, exclusions, command, environment, policy, enabled, source, "");
    }

    /** A definition of a job that runs at each time of its schedule. */
    public JobDefinition(
            String name,
            String description,
            Schedule schedule,
            ZoneId timezone,
            Command command,
            ExecutionEnvironment environment,
            RunPolicy policy,
            boolean enabled,
            Source source) {
        this(name, description, schedule, timezone, Exclusions.NONE, command, environment, policy, enabled, source);
    }

    /** The same with these variables, which win over all others, given to its command besides. */
    public JobDefinition withVariables(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, String> all = new LinkedHashMap<>(environment.env());
        all.putAll(more);
        return new JobDefinition(
                name,
                description,
                schedule,
                timezone,
                exclusions,
                command,
                environment.with(environment.workingDir(), all),
                policy,
                enabled,
                source);
    }

    /** The same with another policy. */
    public JobDefinition with(RunPolicy other) {
        return new JobDefinition(
                name, description, schedule, timezone, exclusions, command, environment, other, enabled, source);
    }

    /** Why a fire of that scheduled time is not to run, in one line; empty if it is. The same on all hosts. */
    public Optional<String> exclusion(Instant fire) {
        return exclusions.reason(fire);
    }

    /**
     * A short hash of everything that changes what this job does, its place and description left out. Equal on all
     * hosts and JVMs; hosts compare it to notice that they have different definitions.
     */
    public String definitionHash() {
        return print().hash();
    }

    /**
     * A short hash for each key that has an effect, but for those that say when the job fires: what two definitions of a job
     * have different can be named by it. The value of a key cannot be found out from it, unless it is easy to guess.
     */
    public Map<String, String> keyHashes() {
        Map<String, Fingerprint> keys = new TreeMap<>();
        print().parts()
                .forEach((part, value) -> keys.computeIfAbsent(
                                KEYS_OF_PARTS.getOrDefault(part, part), key -> new Fingerprint())
                        .add(part, value));
        keys.keySet().removeAll(List.of("name", "schedule"));
        Map<String, String> hashes = new TreeMap<>();
        keys.forEach((key, print) -> hashes.put(key, print.hash()));
        return hashes;
    }

    private Fingerprint print() {
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
                .add("timeout", policy.timeout())
                .add("kill_after", policy.killAfter())
                .add("attempts", policy.retries().attempts())
                .add("delay", policy.retries().delay())
                .add("backoff", Double.doubleToLongBits(policy.retries().backoff()))
                .add("overlap", policy.overlap().name())
                .add("catch_up", policy.catchUp().policy().name())
                .add("within", policy.catchUp().within())
                .add("tolerance", policy.tolerance())
                .add("on_lost", policy.onLost().name())
                .add("run_on", policy.runOn().name())
                .add("mail", policy.mail());
        addNewer(print);
        return print;
    }

    /** Keys that older agents do not know: where a job does not use one, its hash is the same as theirs. */
    private void addNewer(Fingerprint print) {
        environment.limits().tasks().ifPresent(tasks -> print.add("tasks", tasks));
        if (!policy.success().equals(ExitStatuses.ZERO)) {
            print.add("success_on", policy.success().members());
        }
        if (!exclusions.sets().isEmpty()) {
            print.add("except", exclusions.canonical());
        }
        Placement placement = policy.placement();
        if (!placement.hosts().isEmpty()) {
            print.add("hosts", placement.hosts());
        }
        if (!placement.labels().isEmpty()) {
            print.add("labels", placement.labels());
        }
        if (!placement.prefer().isEmpty()) {
            print.add("prefer", placement.prefer());
        }
        policy.group().ifPresent(group -> print.add("run_group", group));
        if (!policy.notices().rules().isEmpty()) {
            print.add("notify", policy.notices().rules());
        }
        policy.notices().ping().ifPresent(ping -> print.add("ping", ping.url()));
        Expectations expectations = policy.notices().expectations();
        expectations.lateAfter().ifPresent(time -> print.add("late_after", time));
        expectations.noSuccessFor().ifPresent(time -> print.add("no_success_for", time));
        expectations.expected().ifPresent(time -> print.add("expected", time));
        RetryOn retryOn = policy.retries().on();
        if (!retryOn.equals(RetryOn.ANY)) {
            print.add("retry_on", retryOn.statuses().members()).add("retry_timeouts", retryOn.timeouts());
        }
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
