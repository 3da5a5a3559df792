package io.fleetcron.config;

import io.fleetcron.config.JobDefinition.CatchUp;
import io.fleetcron.config.JobDefinition.CatchUpPolicy;
import io.fleetcron.config.JobDefinition.OnLost;
import io.fleetcron.config.JobDefinition.Overlap;
import io.fleetcron.config.JobDefinition.Retries;
import io.fleetcron.config.JobDefinition.RunOn;
import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Those keys of a job that may also stand under {@code defaults} in the main file.
 *
 * @param shell for a command that is text
 * @param splay over how long the fires of jobs are spread
 * @param environment without {@code stdin} where it comes from {@code defaults}
 */
record JobSettings(
        ZoneId timezone,
        Optional<Duration> splay,
        String shell,
        ExecutionEnvironment environment,
        Optional<Duration> timeout,
        Duration killAfter,
        Retries retries,
        Overlap overlap,
        CatchUp catchUp,
        Optional<Duration> tolerance,
        OnLost onLost,
        RunOn runOn,
        Optional<Mail> mail) {

    static final List<String> KEYS = keys();

    /** What holds where neither job nor main file says anything; the reference in {@link JobDefinition} names them. */
    static final JobSettings BUILT_IN = new JobSettings(
            ZoneId.of("UTC"),
            Optional.empty(),
            ShellCommand.SH,
            ExecutionEnvironment.USUAL,
            Optional.empty(),
            Duration.ofSeconds(30),
            Retries.NONE,
            Overlap.SKIP,
            CatchUp.NONE,
            Optional.empty(),
            OnLost.SKIP,
            RunOn.ONE,
            Optional.empty());

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(366);
    private static final int MAX_ATTEMPTS = 100;
    private static final int MAX_BACKOFF = 100;
    private static final Duration RETRY_DELAY = Duration.ofSeconds(10);
    private static final Duration CATCH_UP_WITHIN = Duration.ofHours(1);

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(List.of("timezone", "splay", "shell"));
        keys.addAll(EnvironmentReader.KEYS);
        keys.addAll(List.of(
                "timeout", "kill_after", "retries", "overlap", "catch_up", "tolerance", "on_lost", "run_on", "mail"));
        return List.copyOf(keys);
    }

    JobSettings withTimezone(ZoneId zone) {
        return new JobSettings(
                zone,
                splay,
                shell,
                environment,
                timeout,
                killAfter,
                retries,
                overlap,
                catchUp,
                tolerance,
                onLost,
                runOn,
                mail);
    }

    /** These settings, overridden by those that {@code given} has. Environments are joined, all else is replaced. */
    JobSettings with(YamlFields given, Path folder) {
        return new JobSettings(
                given.get("timezone").flatMap(YamlField::zone).orElse(timezone),
                given.get("splay").flatMap(f -> f.seconds(SECOND, DAY)).or(() -> splay),
                given.get("shell").flatMap(JobSettings::shell).orElse(shell),
                EnvironmentReader.with(environment, given, folder),
                given.get("timeout").flatMap(f -> f.duration(MOMENT, YEAR)).or(() -> timeout),
                given.get("kill_after")
                        .flatMap(f -> f.duration(Duration.ZERO, DAY))
                        .orElse(killAfter),
                given.get("retries").flatMap(JobSettings::retries).orElse(retries),
                given.get("overlap").flatMap(f -> f.choice(Overlap.values())).orElse(overlap),
                given.get("catch_up").flatMap(JobSettings::catchUp).orElse(catchUp),
                given.get("tolerance").flatMap(f -> f.duration(SECOND, DAY)).or(() -> tolerance),
                given.get("on_lost").flatMap(f -> f.choice(OnLost.values())).orElse(onLost),
                given.get("run_on").flatMap(f -> f.choice(RunOn.values())).orElse(runOn),
                MailReader.with(mail, given));
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

    private static Optional<Retries> retries(YamlField field) {
        return field.fields(List.of("attempts", "delay", "backoff")).map(given -> {
            int attempts = given.require("attempts")
                    .flatMap(f -> f.integer(1, MAX_ATTEMPTS))
                    .orElse(1);
            Duration delay = given.get("delay")
                    .flatMap(f -> f.duration(Duration.ZERO, DAY))
                    .orElse(RETRY_DELAY);
            double backoff =
                    given.get("backoff").flatMap(f -> f.decimal(1, MAX_BACKOFF)).orElse(1.0);
            return new Retries(attempts, delay, backoff);
        });
    }

    private static Optional<CatchUp> catchUp(YamlField field) {
        return field.fields(List.of("policy", "within")).map(given -> {
            Optional<CatchUpPolicy> policy = given.require("policy").flatMap(f -> f.choice(CatchUpPolicy.values()));
            Optional<Duration> within = given.get("within").flatMap(f -> f.duration(MOMENT, YEAR));
            if (policy.equals(Optional.of(CatchUpPolicy.NONE))) {
                given.get("within").ifPresent(JobSettings::warnUnused);
                return CatchUp.NONE;
            }
            return new CatchUp(policy.orElse(CatchUpPolicy.NONE), within.orElse(CATCH_UP_WITHIN));
        });
    }

    private static void warnUnused(YamlField within) {
        within.log().warning(within.keyAt(), "within: has no effect with `policy: none`; write latest or all");
    }
}
