package io.fleetcron.run;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How the supervisor is called: the words and the environment that its script expects. Pure functions. */
final class SupervisorCall {
    private static final String VARIABLE_PREFIX = "_fc_v_";
    private static final int BLOCK = 512;
    private static final int REWIND_REACH = 8192;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Names that a shell keeps for itself: assigning them ends bash. */
    private static final Set<String> READ_ONLY =
            Set.of("UID", "EUID", "PPID", "SHELLOPTS", "BASHOPTS", "BASH_VERSINFO", "_");

    private SupervisorCall() {}

    static List<String> run(
            SupervisorScript script, RunDirectory directory, String marker, RunSpec spec, Duration uptime) {
        requireOffsets(spec);
        List<String> words = new ArrayList<>(script.words());
        words.addAll(List.of(
                "run",
                directory.path().toString(),
                marker,
                Long.toString(spec.token()),
                Long.toString(spec.started().toEpochMilli()),
                millis(uptime),
                millis(spec.claimedUptime()),
                spec.lease().map(SupervisorCall::millis).orElse("0"),
                spec.timeout().map(SupervisorCall::atLeastOneMilli).orElse("0"),
                millis(spec.killAfter()),
                Long.toString(spec.beatOffset() / BLOCK),
                Long.toString(spec.exitOffset() / BLOCK),
                Long.toString((spec.outputCap() + BLOCK - 1) / BLOCK),
                spec.workingDir().toString(),
                spec.retryDelays().stream().map(SupervisorCall::millis).collect(Collectors.joining(" ")),
                String.join(" ", variables(spec).keySet())));
        words.addAll(spec.argv());
        return words;
    }

    static List<String> sweep(SupervisorScript script, RunDirectory directory, String marker, int pid, long start) {
        List<String> words = new ArrayList<>(script.words());
        words.addAll(
                List.of("sweep", directory.path().toString(), marker, Integer.toString(pid), Long.toString(start)));
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
        Map<String, String> all = new TreeMap<>(spec.env());
        all.put("FLEETCRON_JOB", spec.job());
        all.put("FLEETCRON_FIRE", spec.fire().toString());
        all.put("FLEETCRON_TOKEN", Long.toString(spec.token()));
        all.put("FLEETCRON_INSTANCE", spec.instance());
        return all;
    }

    private static void requireNames(Collection<String> names) throws IOException {
        for (String name : names) {
            if (!NAME.matcher(name).matches() || READ_ONLY.contains(name) || name.startsWith("_fc_")) {
                throw new IOException("the environment variable '" + name
                        + "' cannot be given to a command: a name is made of letters, digits and _, and must not be"
                        + " one that the shell keeps for itself; rename it in the job's env");
            }
        }
    }

    private static void requireOffsets(RunSpec spec) {
        boolean aligned = spec.beatOffset() % BLOCK == 0 && spec.exitOffset() % BLOCK == 0;
        boolean reachable = spec.lease().isEmpty() || spec.beatOffset() >= REWIND_REACH;
        if (!aligned || !reachable || spec.exitOffset() <= spec.beatOffset()) {
            throw new IllegalArgumentException("beat offset " + spec.beatOffset() + " and exit offset "
                    + spec.exitOffset() + " must be multiples of 512, in this order, and with a lease not below 8192");
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
