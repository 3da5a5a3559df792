package io.fleetcron.run;

import io.fleetcron.fleet.RunId;
import io.fleetcron.run.RunSpec.Attempts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A run's specification in the form that the supervisor reads: src/main/c/spec.h. Pure functions. */
final class Specification {
    private static final String HEADER = "fleetcron run 1\n";
    private static final int BLOCK = 512;
    private static final int CLASS_SHIFT = 13; // ioprio_set(2)
    private static final Set<String> OWN = Set.of(
            "FLEETCRON_JOB",
            "FLEETCRON_FIRE",
            "FLEETCRON_TOKEN",
            "FLEETCRON_INSTANCE",
            "FLEETCRON_ATTEMPT",
            "FLEETCRON_RUN");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);

    private Specification() {
        bytes.writeBytes(HEADER.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The specification's bytes.
     *
     * @throws IOException if a word cannot be given to a process; the message says which
     */
    static byte[] of(RunSpec spec, RunRecord note) throws IOException {
        Specification specification = new Specification();
        specification.identity(note);
        specification.lock(spec.lock());
        specification.limits(spec);
        specification.command(spec.command());
        note.group().ifPresent(group -> specification.put("cgroup", group.toString()));
        specification.put("end", "");
        return specification.bytes.toByteArray();
    }

    private void identity(RunRecord note) {
        RunId run = note.run();
        put("job", run.job());
        put("fire", run.time().toString());
        put("instance", run.instance());
        put("marker", note.marker());
        put("token", run.token());
        put("started", note.started().toEpochMilli());
        put("started_boot", note.began());
    }

    private void lock(RunSpec.Lock lock) {
        if (lock.beatOffset() % BLOCK != 0
                || lock.exitOffset() % BLOCK != 0
                || lock.exitOffset() <= lock.beatOffset()) {
            throw new IllegalArgumentException("beat offset " + lock.beatOffset() + " and exit offset "
                    + lock.exitOffset() + " must be multiples of " + BLOCK + ", in this order");
        }
        put("claimed_boot", lock.claimedUptime().toMillis());
        put("claimed_wall", lock.claimedWall().toEpochMilli());
        put("beat_offset", lock.beatOffset());
        put("exit_offset", lock.exitOffset());
        lock.slot().ifPresent(slot -> put("slot", ""));
        lock.lease().ifPresent(lease -> put("lease", Math.max(1, lease.toMillis())));
    }

    private void limits(RunSpec spec) {
        spec.timeout().ifPresent(limit -> put("timeout", Math.max(1, limit.toMillis())));
        put("kill_after", spec.killAfter().toMillis());
        put("output_cap", spec.outputCap());
        attempts(spec.attempts());
    }

    private void attempts(Attempts attempts) {
        attempts.delays().forEach(delay -> put("delay", delay.toMillis()));
        if (!attempts.success().equals(Attempts.ZERO)) {
            put("success", digits(attempts.success()));
        }
        if (!attempts.retry().equals(Attempts.ANY)) {
            put("retry", digits(attempts.retry()));
        }
        if (!attempts.retryTimeouts()) {
            put("timeout_is_final", "");
        }
    }

    /** A digit for each exit status: 1 for those in the set. */
    private static String digits(Set<Integer> statuses) {
        return IntStream.range(0, Attempts.STATUSES)
                .mapToObj(status -> statuses.contains(status) ? "1" : "0")
                .collect(Collectors.joining());
    }

    private void command(CommandSpec command) throws IOException {
        List<String> argv = command.argv();
        for (int i = 0; i < argv.size(); i++) {
            requireNoNul("word " + (i + 1) + " of the command", argv.get(i));
            put("arg", argv.get(i));
        }
        for (Map.Entry<String, String> variable : command.env().entrySet()) {
            if (OWN.contains(variable.getKey())) {
                continue; // the supervisor sets them
            }
            requireName(variable.getKey());
            requireNoNul("the environment variable " + variable.getKey(), variable.getValue());
            put("env", variable.getKey() + "=" + variable.getValue());
        }
        put("directory", command.workingDir().toString());
        Optional.ofNullable(command.env().get("LOGNAME")).ifPresent(name -> put("user", name));
        command.account().ifPresent(this::account);
        put("umask", command.umask());
        put("nice", command.nice());
        command.ioPriority().ifPresent(rank -> put("ioprio", (rank.ioClass() << CLASS_SHIFT) | rank.level()));
        command.stdin().ifPresent(text -> put("input", text));
        if (!command.limits().equals(ResourceLimits.NONE)) {
            put("limited", "");
        }
    }

    private void account(Account account) {
        put("uid", account.uid());
        put("gid", account.gid());
        account.groups().forEach(group -> put("group", group));
    }

    private static void requireName(String name) throws IOException {
        if (!CommandSpec.isVariableName(name)) {
            throw new UnfitForJobException("the environment variable '" + name
                    + "' cannot be given to a command: a name is made of letters, digits and _, and must not begin with"
                    + " a digit; rename it in the job's env");
        }
    }

    private static void requireNoNul(String what, String text) throws IOException {
        if (text.indexOf('\0') >= 0) {
            throw new UnfitForJobException(
                    what + " contains a NUL character, which no process can be given; remove it");
        }
    }

    private void put(String name, long number) {
        put(name, Long.toString(number));
    }

    private void put(String name, String value) {
        byte[] content = value.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes((name + " " + content.length + "\n").getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(content);
        bytes.write('\n');
    }
}
