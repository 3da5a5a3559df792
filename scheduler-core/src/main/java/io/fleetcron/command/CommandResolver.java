package io.fleetcron.command;

import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.config.ExecutionEnvironment.IoClass;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.natives.Children;
import io.fleetcron.natives.UserDatabase;
import io.fleetcron.run.Cgroups;
import io.fleetcron.run.CommandSpec;
import io.fleetcron.run.CommandSpec.IoPriority;
import io.fleetcron.run.ResourceLimits;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a job's command gets on this host. Blocks on the host's name service and files. Thread-safe. */
public final class CommandResolver {

    /** crond's (crontab(5)). */
    private static final int UMASK = 022;

    private static final int BEST_EFFORT = 2; // linux/ioprio.h
    private static final int IDLE = 3;

    private final HostUsers users;
    private final CgroupParents groups;
    private final String host;

    public CommandResolver(HostUsers users, CgroupParents groups, String host) {
        this.users = users;
        this.groups = groups;
        this.host = host;
    }

    /**
     * Everything around the command, found out again for each run.
     *
     * @throws CannotRunException if this host cannot give it
     */
    public CommandSpec of(JobDefinition job) throws CannotRunException {
        ExecutionEnvironment wanted = job.environment();
        RunAs as = RunAs.of(wanted, users, host);
        String shell = job.command() instanceof ShellCommand line ? line.shell() : ShellCommand.SH;
        Map<String, String> env = usual(as, shell);
        for (Path file : wanted.envFiles()) {
            env.putAll(EnvFileReader.read(file, as));
        }
        env.putAll(wanted.env());
        refuseNice(wanted);
        ResourceLimits limits = new ResourceLimits(
                wanted.limits().memory(), wanted.limits().cpu(), wanted.limits().tasks());
        return new CommandSpec(
                job.command().argv(),
                env,
                wanted.workingDir().isPresent() ? wanted.workingDir().get() : home(as),
                as.account(),
                wanted.umask().orElse(UMASK),
                wanted.nice().orElse(Children.priority()),
                wanted.ionice()
                        .map(rank -> new IoPriority(rank.ioClass() == IoClass.IDLE ? IDLE : BEST_EFFORT, rank.level())),
                wanted.stdin(),
                groups(limits),
                limits);
    }

    private Optional<Cgroups> groups(ResourceLimits limits) throws CannotRunException {
        if (limits.equals(ResourceLimits.NONE)) {
            return groups.plain();
        }
        try {
            Cgroups parent = groups.limited();
            parent.enable(limits);
            return Optional.of(parent);
        } catch (IOException e) {
            throw new CannotRunException(
                    "limits cannot be kept on host " + host + ": " + e.getMessage()
                            + "; they need control groups of version 2 below systemd, or remove `limits` from the job or the defaults");
        }
    }

    private static Path home(RunAs as) throws CannotRunException {
        try {
            return Path.of(as.home());
        } catch (InvalidPathException e) {
            throw new CannotRunException(
                    "the home directory of user '" + as.name() + "' has a name that cannot be read in"
                            + " this agent's character set; set LC_ALL to C.UTF-8 for the agent, or give the job a working_dir");
        }
    }

    private void refuseNice(ExecutionEnvironment wanted) throws CannotRunException {
        int own = Children.priority();
        if (wanted.nice().isPresent() && wanted.nice().getAsInt() < own && UserDatabase.self() != 0) {
            throw new CannotRunException(
                    "the agent on host " + host + " does not run as root, so it cannot give a command"
                            + " the priority " + wanted.nice().getAsInt() + " above its own, " + own
                            + "; run the agent as root, or correct `nice`");
        }
    }

    /** crond's default environment (crontab(5)), not the agent's. */
    static Map<String, String> usual(RunAs as, String shell) {
        Map<String, String> env = new LinkedHashMap<>();
        env.put("SHELL", shell);
        env.put("PATH", "/usr/bin:/bin");
        env.put("HOME", as.home());
        env.put("LOGNAME", as.name());
        env.put("USER", as.name());
        return env;
    }
}
