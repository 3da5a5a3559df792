package io.fleetcron.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How the supervisor is called: the words and the environment that its script expects. Pure functions. */
final class SupervisorCall {
    private static final String VARIABLE_PREFIX = "_fc_v_";
    private static final int BLOCK = 512;
    private static final int IDLE = 3; // ioprio_set(2)
    private static final int REWIND_REACH = 8192;

    private SupervisorCall() {}

    static List<String> run(
            SupervisorScript script, RunDirectory directory, RunNote note, RunSpec spec, Duration uptime) {
        requireOffsets(spec);
        List<String> words = new ArrayList<>(script.words());
        words.addAll(List.of("run", directory.path().toString(), note.marker()));
        note.group().ifPresent(group -> words.add("cgroup=" + group));
        settings(script, spec, uptime).forEach((name, value) -> words.add(name + "=" + value));
        words.add("--");
        words.addAll(plain(spec.command().argv()));
        return words;
    }

    /** env(1), which starts the command, takes a first word with = for a variable; a shell does not. */
    private static List<String> plain(List<String> argv) {
        if (argv.get(0).indexOf('=') < 0) {
            return argv;
        }
        List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\"", "sh"));
        words.addAll(argv);
        return words;
    }

    /** What the script knows as _fc_NAME. */
    private static Map<String, String> settings(SupervisorScript script, RunSpec spec, Duration uptime) {
        RunSpec.Lock lock = spec.lock();
        CommandSpec command = spec.command();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("token", Long.toString(spec.run().token()));
        all.put("epoch", Long.toString(spec.run().started().toEpochMilli()));
        all.put("epoch_uptime", millis(uptime));
        all.put("claimed", millis(lock.claimedUptime()));
        all.put("lease", lock.lease().map(SupervisorCall::millis).orElse("0"));
        all.put("timeout", spec.timeout().map(SupervisorCall::atLeastOneMilli).orElse("0"));
        all.put("kill_after", millis(spec.killAfter()));
        all.put("beat_block", Long.toString(lock.beatOffset() / BLOCK));
        all.put("exit_block", Long.toString(lock.exitOffset() / BLOCK));
        all.put("output_blocks", Long.toString((spec.outputCap() + BLOCK - 1) / BLOCK));
        all.put("workdir", command.workingDir().toString());
        all.put(
                "delays",
                spec.retryDelays().stream().map(SupervisorCall::millis).collect(Collectors.joining(" ")));
        all.put("names", String.join(" ", variables(spec).keySet()));
        all.put("shell", String.join(" ", script.shell()));
        all.put("umask", String.format(Locale.ROOT, "%04o", command.umask()));
        all.put("nice", Integer.toString(command.nice()));
        command.account().ifPresent(account -> all.put("account", credentials(account)));
        command.ioPriority().ifPresent(rank -> all.put("ionice", ionice(rank)));
        if (!command.limits().equals(ResourceLimits.NONE)) {
            all.put("limited", "yes");
        }
        command.stdin().ifPresent(text -> all.put("stdin", "yes"));
        return all;
    }

    /** Options of setpriv(1). */
    private static String credentials(Account account) {
        String groups = account.groups().isEmpty()
                ? "--clear-groups"
                : "--groups " + account.groups().stream().map(String::valueOf).collect(Collectors.joining(","));
        return "--reuid " + account.uid() + " --regid " + account.gid() + " " + groups;
    }

    /** Options of ionice(1), which has no levels within idle. */
    private static String ionice(CommandSpec.IoPriority rank) {
        return rank.ioClass() == IDLE ? "-c " + IDLE : "-c " + rank.ioClass() + " -n " + rank.level();
    }

    static List<String> sweep(SupervisorScript script, RunDirectory directory, RunNote note, ProcessId lost) {
        List<String> words = new ArrayList<>(script.words());
        words.addAll(List.of(
                "sweep",
                directory.path().toString(),
                note.marker(),
                note.group().map(Path::toString).orElse(""),
                Integer.toString(lost.pid()),
                Long.toString(lost.start())));
        return words;
    }

    /** The command's environment in names that mean nothing to the script, its tools or the dynamic linker. */
    static Map<String, String> environment(RunSpec spec) throws IOException {
        Map<String, String> variables = variables(spec);
        requireNames(variables.keySet());
        return variables.entrySet().stream()
                .collect(Collectors.toMap(e -> VARIABLE_PREFIX + e.getKey(), Map.Entry::getValue));
    }

    private static Map<String, String> variables(RunSpec spec) {
        Map<String, String> all = new TreeMap<>(spec.command().env());
        all.put("FLEETCRON_JOB", spec.run().job());
        all.put("FLEETCRON_FIRE", spec.run().fire().toString());
        all.put("FLEETCRON_TOKEN", Long.toString(spec.run().token()));
        all.put("FLEETCRON_INSTANCE", spec.run().instance());
        return all;
    }

    private static void requireNames(Collection<String> names) throws IOException {
        for (String name : names) {
            if (!CommandSpec.isVariableName(name)) {
                throw new IOException("the environment variable '" + name
                        + "' cannot be given to a command: a name is made of letters, digits and _, and must not be"
                        + " one that the shell keeps for itself; rename it in the job's env");
            }
        }
    }

    private static void requireOffsets(RunSpec spec) {
        boolean aligned = spec.lock().beatOffset() % BLOCK == 0 && spec.lock().exitOffset() % BLOCK == 0;
        boolean reachable = spec.lock().lease().isEmpty() || spec.lock().beatOffset() >= REWIND_REACH;
        if (!aligned || !reachable || spec.lock().exitOffset() <= spec.lock().beatOffset()) {
            throw new IllegalArgumentException("beat offset " + spec.lock().beatOffset() + " and exit offset "
                    + spec.lock().exitOffset()
                    + " must be multiples of 512, in this order, and with a lease not below 8192");
        }
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    /** Zero means "no limit" to the script. */
    private static String atLeastOneMilli(Duration duration) {
        return Long.toString(Math.max(1, duration.toMillis()));
    }
}
