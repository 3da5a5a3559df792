package io.fleetcron.config.load;

import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.config.ExecutionEnvironment.IoClass;
import io.fleetcron.config.ExecutionEnvironment.IoNice;
import io.fleetcron.config.ExecutionEnvironment.Limits;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads the keys that say as whom, where and within what limits a command runs. Whether a user, a group or a file
 * exists is the host's matter: the same file is read on many.
 */
final class EnvironmentReader {
    /** Those that may also stand under {@code defaults}. */
    static final List<String> KEYS =
            List.of("user", "group", "working_dir", "env", "env_file", "umask", "nice", "ionice", "limits");

    /** PRIO_MIN and PRIO_MAX - 1 of setpriority(2). */
    private static final int FIRST_NICE = -20;

    private static final int LAST_NICE = 19;
    private static final int LAST_LEVEL = 7;
    /** What ionice(1) takes without a level. */
    private static final int USUAL_LEVEL = 4;

    private static final int OWNER_READS_AND_WRITES = 0600;
    private static final long LEAST_MEMORY = 1L << 20;
    private static final long MOST_MEMORY = 1L << 40;
    /** A control group counts in periods of 100 ms, of which it grants 1 ms at least: cgroup-v2, cpu.max. */
    private static final double LEAST_CPU = 0.01;

    private static final double MOST_CPU = 1024;
    /** PID_MAX_LIMIT of linux/threads.h: no 64-bit host has more. */
    private static final int MOST_TASKS = 4_194_304;

    /** Variables that mean something in a crontab only, with what to write instead. */
    private static final List<CrontabVariable> CRONTAB_VARIABLES = List.of(
            new CrontabVariable("MAILTO", "mail", "sends no mail; write `mail: {to: …}`"),
            new CrontabVariable("SHELL", "shell", "does not choose the shell; write `shell: …`"),
            new CrontabVariable("CRON_TZ", "timezone", "does not set the time zone; write `timezone: …`"));

    /** A name with the key that does what it does in a crontab, and what to say where that key is absent. */
    private record CrontabVariable(String name, String key, String warning) {}

    private EnvironmentReader() {}

    /** The same, overridden by those keys that {@code given} has. Variables and limits are joined, all else is replaced. */
    static ExecutionEnvironment with(ExecutionEnvironment base, YamlFields given, Path folder) {
        return new ExecutionEnvironment(
                given.get("user").flatMap(EnvironmentReader::user).or(base::user),
                given.get("group").flatMap(EnvironmentReader::account).or(base::group),
                given.get("working_dir").flatMap(f -> f.path(folder)).or(base::workingDir),
                given.get("env")
                        .flatMap(f -> variables(f, given))
                        .map(own -> joined(base.env(), own))
                        .orElse(base.env()),
                given.get("env_file").flatMap(f -> paths(f, folder)).orElse(base.envFiles()),
                given.get("stdin").flatMap(YamlField::text).or(base::stdin),
                given.get("umask").flatMap(EnvironmentReader::umask).orElse(base.umask()),
                given.get("nice")
                        .flatMap(f -> f.integer(FIRST_NICE, LAST_NICE))
                        .map(OptionalInt::of)
                        .orElse(base.nice()),
                given.get("ionice").flatMap(EnvironmentReader::ionice).or(base::ionice),
                given.get("limits").map(f -> limits(f, base.limits())).orElse(base.limits()));
    }

    private static Optional<String> user(YamlField field) {
        if (field.value() instanceof Scalar scalar && scalar.text().indexOf(':') > 0) {
            return field.bad(Quote.of(scalar.text()) + ": a user without a group; write the group as `group: …`");
        }
        return account(field);
    }

    private static Optional<String> account(YamlField field) {
        return field.text().flatMap(name -> {
            Optional<String> wrong = NameRules.account(name);
            return wrong.isEmpty() ? Optional.of(name) : field.bad(Quote.of(name) + ": " + wrong.get());
        });
    }

    private static Optional<Map<String, String>> variables(YamlField field, YamlFields given) {
        field.keys()
                .forEach(key -> CRONTAB_VARIABLES.stream()
                        .filter(variable -> variable.name.equals(key.text())
                                && given.get(variable.key).isEmpty())
                        .forEach(variable ->
                                field.log().warning(key.at(), "env: " + variable.name + " " + variable.warning)));
        return field.texts(NameRules::variable);
    }

    private static Map<String, String> joined(Map<String, String> base, Map<String, String> own) {
        Map<String, String> result = new LinkedHashMap<>(base);
        result.putAll(own);
        return result;
    }

    private static Optional<List<Path>> paths(YamlField field, Path folder) {
        return field.value() instanceof Sequence
                ? field.list(f -> f.path(folder))
                : field.path(folder).map(List::of);
    }

    /** Three or four octal digits: fewer could as well be meant as a decimal number. */
    private static Optional<OptionalInt> umask(YamlField field) {
        return field.scalar().map(Scalar::text).flatMap(text -> {
            if (!text.matches("0?[0-7]{3}")) {
                return field.bad(
                        Quote.of(text) + " is not a valid umask; write three octal digits, such as 022 or 077");
            }
            int mask = Integer.parseInt(text, 8);
            if ((mask & OWNER_READS_AND_WRITES) != 0) {
                field.log()
                        .warning(
                                field.value().at(),
                                "umask: " + Quote.of(text) + " keeps the owner of a new file from reading or writing"
                                        + " it: a umask names the rights that are taken away; write 022 or 077");
            }
            return Optional.of(OptionalInt.of(mask));
        });
    }

    private static Optional<IoNice> ionice(YamlField field) {
        return field.scalar().map(Scalar::text).flatMap(text -> {
            if (text.startsWith("realtime")) {
                return field.bad("realtime would keep everything else on the host from its disks, fleetcron included; "
                        + "write best_effort:0");
            }
            if (text.equals("idle")) {
                return Optional.of(new IoNice(IoClass.IDLE, 0));
            }
            if (text.equals("best_effort")) {
                return Optional.of(new IoNice(IoClass.BEST_EFFORT, USUAL_LEVEL));
            }
            return text.matches("best_effort:[0-" + LAST_LEVEL + "]")
                    ? Optional.of(new IoNice(IoClass.BEST_EFFORT, text.charAt(text.length() - 1) - '0'))
                    : field.bad(Quote.of(text) + " is none of idle, best_effort, and best_effort:0 (first) to "
                            + "best_effort:" + LAST_LEVEL + " (last)");
        });
    }

    private static Limits limits(YamlField field, Limits base) {
        return field.fields(List.of("memory", "cpu", "tasks"))
                .map(given -> {
                    given.requireAny("none of `memory`, `cpu` and `tasks`", "memory", "cpu", "tasks");
                    return new Limits(
                            given.get("memory")
                                    .flatMap(f -> f.bytes(LEAST_MEMORY, MOST_MEMORY))
                                    .map(OptionalLong::of)
                                    .orElse(base.memory()),
                            given.get("cpu")
                                    .flatMap(f -> f.decimal(LEAST_CPU, MOST_CPU))
                                    .map(OptionalDouble::of)
                                    .orElse(base.cpu()),
                            given.get("tasks")
                                    .flatMap(f -> f.integer(1, MOST_TASKS))
                                    .map(OptionalInt::of)
                                    .orElse(base.tasks()));
                })
                .orElse(base);
    }
}
