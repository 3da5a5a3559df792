package io.fleetcron.cli.files;

import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.ScheduleException;
import io.fleetcron.config.schedule.ScheduleWarning;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.host.SystemTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a job would say of an expression given on the command line, and from when its times are wanted. */
final class ExpressionOptions {

    @Option(
            names = "--timezone",
            paramLabel = "ZONE",
            converter = Times.ZoneConverter.class,
            description = "The expression's time zone (default: UTC).")
    private @Nullable ZoneId zone;

    @Option(
            names = "--name",
            paramLabel = "JOB",
            description = "The job name that decides the values of H in the expression, and its share of the splay.")
    private @Nullable String name;

    @Option(
            names = "--splay",
            paramLabel = "TIME",
            converter = Times.DurationConverter.class,
            description = "Spread over this time, such as 5m; needs --name.")
    private @Nullable Duration splay;

    @Option(
            names = "--after",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "Times later than this one, such as 2026-11-23T08:00:00Z (default: now).")
    private @Nullable Instant after;

    Instant after() {
        return Optional.ofNullable(after).orElseGet(() -> new SystemTime().instant());
    }

    ZoneId zone() {
        return Optional.ofNullable(zone).orElse(ZoneId.of("UTC"));
    }

    /** Whether anything is said of an expression. */
    boolean any() {
        return zone != null || name != null || splay != null;
    }

    /**
     * Reads one.
     *
     * @throws CommandFailed with the column and what to write instead
     */
    Schedule parse(String text) throws CommandFailed {
        if (splay != null && name == null) {
            throw new CommandFailed(ExitCode.USAGE, "--splay needs --name JOB: a job's share depends on its name");
        }
        Schedule schedule = base(text);
        return splay == null ? schedule : splayed(schedule, splay);
    }

    List<ScheduleWarning> warnings(String text) {
        return Schedules.warnings(text, zone(), job());
    }

    private String job() {
        return Optional.ofNullable(name).orElse("");
    }

    private Schedule base(String text) throws CommandFailed {
        try {
            return Schedules.parse(text, zone(), job());
        } catch (ScheduleException e) {
            throw unusable("schedule \"" + text + "\", column " + e.column(), e);
        }
    }

    private Schedule splayed(Schedule schedule, Duration most) throws CommandFailed {
        try {
            return Schedules.splayed(schedule, most, job());
        } catch (ScheduleException e) {
            throw unusable("--splay", e);
        }
    }

    private static CommandFailed unusable(String what, ScheduleException e) {
        String hint = e.hint().isEmpty() ? "" : "; " + e.hint();
        return new CommandFailed(ExitCode.USAGE, what + ": " + e.getMessage() + hint);
    }
}
