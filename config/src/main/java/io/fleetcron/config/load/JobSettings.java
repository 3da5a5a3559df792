package io.fleetcron.config.load;

import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.config.ExitStatuses;
import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.config.RunPolicy.Retries;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.calendar.DateFiles;
import io.fleetcron.config.calendar.Exclusion;
import io.fleetcron.config.calendar.ExclusionReader;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Those keys of a job that may also stand under {@code defaults} in the main file.
 *
 * @param shell for a command that is text
 * @param splay over how long the fires of jobs are spread
 * @param except when jobs do not run although their schedules say so
 * @param groups the groups of the main file, with how many of their runs there may be at once; absent for a job file that
 *     belongs to no main file
 * @param receivers the names that {@code notify} may have; absent for a job file that is read alone
 * @param environment without {@code stdin} where it comes from {@code defaults}
 */
record JobSettings(
        ZoneId timezone,
        Optional<Duration> splay,
        List<Exclusion> except,
        String shell,
        Optional<Map<String, Integer>> groups,
        Optional<Set<String>> receivers,
        ExecutionEnvironment environment,
        RunPolicy policy) {

    static final List<String> KEYS = keys();

    /** What holds where neither job nor main file says anything; {@link RunPolicy} names the most of it. */
    static final JobSettings BUILT_IN = new JobSettings(
            ZoneId.of("UTC"),
            Optional.empty(),
            List.of(),
            ShellCommand.SH,
            Optional.empty(),
            Optional.empty(),
            ExecutionEnvironment.USUAL,
            RunPolicy.USUAL);

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(366);
    private static final int MAX_ATTEMPTS = 100;
    private static final int MAX_BACKOFF = 100;
    private static final Duration RETRY_DELAY = Duration.ofSeconds(10);
    private static final Duration CATCH_UP_WITHIN = Duration.ofHours(1);

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(List.of("timezone", "splay", "except", "shell"));
        keys.addAll(EnvironmentReader.KEYS);
        keys.addAll(List.of(
                "timeout",
                "kill_after",
                "success_on",
                "retries",
                "overlap",
                "catch_up",
                "tolerance",
                "on_lost",
                "run_on"));
        keys.addAll(NoticesReader.KEYS);
        keys.addAll(PlacementReader.KEYS);
        return List.copyOf(keys);
    }

    /** The same of a main file with that time zone, these groups and receivers of these names. */
    JobSettings of(ZoneId zone, Map<String, Integer> limits, Set<String> names) {
        return new JobSettings(
                zone, splay, except, shell, Optional.of(limits), Optional.of(names), environment, policy);
    }

    /** These settings, overridden by those that {@code given} has. Environments are joined, all else is replaced. */
    JobSettings with(YamlFields given, Path folder, DateFiles files) {
        return new JobSettings(
                given.get("timezone").flatMap(YamlField::zone).orElse(timezone),
                given.get("splay").flatMap(f -> f.seconds(SECOND, DAY)).or(() -> splay),
                given.get("except")
                        .flatMap(f -> new ExclusionReader(folder, files).read(f))
                        .orElse(except),
                given.get("shell").flatMap(JobSettings::shell).orElse(shell),
                groups,
                receivers,
                EnvironmentReader.with(environment, given, folder),
                policy(policy, given, new NoticesReader(receivers)));
    }

    /** That policy, overridden by those keys that {@code given} has. */
    private static RunPolicy policy(RunPolicy base, YamlFields given, NoticesReader notices) {
        ExitStatuses success =
                given.get("success_on").flatMap(ExitStatusReader::success).orElse(base.success());
        return new RunPolicy(
                given.get("timeout").flatMap(f -> f.duration(MOMENT, YEAR)).or(() -> base.timeout()),
                given.get("kill_after")
                        .flatMap(f -> f.duration(Duration.ZERO, DAY))
                        .orElse(base.killAfter()),
                success,
                given.get("retries").flatMap(f -> retries(f, success)).orElse(base.retries()),
                given.get("overlap").flatMap(f -> f.choice(Overlap.values())).orElse(base.overlap()),
                given.get("catch_up").flatMap(JobSettings::catchUp).orElse(base.catchUp()),
                given.get("tolerance").flatMap(f -> f.duration(SECOND, DAY)).or(() -> base.tolerance()),
                given.get("on_lost").flatMap(f -> f.choice(OnLost.values())).orElse(base.onLost()),
                given.get("run_on").flatMap(f -> f.choice(RunOn.values())).orElse(base.runOn()),
                PlacementReader.with(base.placement(), given),
                base.group(),
                notices.with(base.notices(), given));
    }

    /** A program without arguments: it gets {@code -c} and the line. */
    private static Optional<String> shell(YamlField field) {
        return field.text()
                .flatMap(text -> text.matches("/\\S+")
                        ? Optional.of(text)
                        : field.bad(Quote.of(text)
                                + " is not an absolute path of a shell; write one such as /bin/bash, without "
                                + "arguments"));
    }

    private static Optional<Retries> retries(YamlField field, ExitStatuses success) {
        return field.fields(List.of("attempts", "delay", "backoff", "on", "never"))
                .map(given -> {
                    int attempts = given.require("attempts")
                            .flatMap(f -> f.integer(1, MAX_ATTEMPTS))
                            .orElse(1);
                    Duration delay = given.get("delay")
                            .flatMap(f -> f.duration(Duration.ZERO, DAY))
                            .orElse(RETRY_DELAY);
                    double backoff = given.get("backoff")
                            .flatMap(f -> f.decimal(1, MAX_BACKOFF))
                            .orElse(1.0);
                    if (attempts == 1) {
                        warnUnused(given, "on", "attempts: 1", "allow more attempts");
                        warnUnused(given, "never", "attempts: 1", "allow more attempts");
                    }
                    return new Retries(attempts, delay, backoff, ExitStatusReader.retryOn(given, success));
                });
    }

    private static Optional<CatchUp> catchUp(YamlField field) {
        return field.fields(List.of("policy", "within")).map(given -> {
            Optional<CatchUpPolicy> policy = given.require("policy").flatMap(f -> f.choice(CatchUpPolicy.values()));
            Optional<Duration> within = given.get("within").flatMap(f -> f.duration(MOMENT, YEAR));
            if (policy.equals(Optional.of(CatchUpPolicy.NONE))) {
                warnUnused(given, "within", "policy: none", "write latest or all");
                return CatchUp.NONE;
            }
            return new CatchUp(policy.orElse(CatchUpPolicy.NONE), within.orElse(CATCH_UP_WITHIN));
        });
    }

    private static void warnUnused(YamlFields given, String key, String with, String instead) {
        given.get(key)
                .ifPresent(field ->
                        field.log().warning(field.keyAt(), key + ": has no effect with `" + with + "`; " + instead));
    }
}
