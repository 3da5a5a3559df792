package io.fleetcron.cli.files;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Table;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunGroup;
import io.fleetcron.config.calendar.Exclusions;
import io.fleetcron.config.schedule.Explain;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.ScheduleWarning;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.observe.Upcoming;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron explain}. */
@Command(
        name = "explain",
        description = "Says what a schedule means in plain English, warns of likely mistakes and shows the next times.",
        mixinStandardHelpOptions = true)
public final class ExplainCommand extends ReadCommand {

    private static final int TIMES = 5;

    @Parameters(arity = "0..1", paramLabel = "EXPR", description = "Such as \"30 2 * * 1-5\"; quote it for the shell.")
    private @Nullable String expression;

    @Option(names = "--job", paramLabel = "JOB", description = "A job of the configuration instead of an expression.")
    private @Nullable String name;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private ExpressionOptions options = new ExpressionOptions();

    @Override
    public Integer call() throws CommandFailed {
        Explained explained = name == null ? ofExpression() : ofJob(name);
        List<Instant> times = Upcoming.of(explained.schedule, options.after(), TIMES);
        if (json()) {
            out().println(json(explained, times));
            return ExitCode.OK;
        }
        out().println(explained.english());
        explained.warnings.forEach(
                warning -> out().println("warning: column " + warning.column() + ": " + warning.message()));
        Table table = new Table("NEXT", "LOCAL", "SKIPPED");
        if (Schedules.firesAtBoot(explained.schedule)) {
            table.row(Upcoming.AT_BOOT, "", "");
        }
        times.forEach(time -> table.row(
                time.toString(),
                Times.local(time, explained.zone),
                explained.exclusions.reason(time).orElse("")));
        table.print(out());
        return ExitCode.OK;
    }

    /** A schedule, and all that goes with it. */
    private record Explained(
            String expression,
            Schedule schedule,
            ZoneId zone,
            List<ScheduleWarning> warnings,
            Exclusions exclusions,
            Optional<RunGroup> group) {
        String english() {
            String except = Exclusions.written(exclusions.sets());
            String together = group.map(jobs -> " At most " + jobs.limit() + " of the jobs in group " + jobs.name()
                            + (jobs.limit() == 1 ? " runs" : " run") + " at once.")
                    .orElse("");
            return Explain.inEnglish(schedule) + (except.isEmpty() ? "" : " Except " + except + ".") + together;
        }
    }

    private Explained ofExpression() throws CommandFailed {
        if (expression == null) {
            throw wrong("give an expression, or --job JOB");
        }
        return new Explained(
                expression,
                options.parse(expression),
                options.zone(),
                options.warnings(expression),
                Exclusions.NONE,
                Optional.empty());
    }

    /** Its doubts are for `validate`, which says where they are. */
    private Explained ofJob(String wanted) throws CommandFailed {
        if (expression != null || options.any()) {
            throw wrong("--job goes without an expression, --timezone, --name and --splay; a job has its own");
        }
        JobDefinition job = config.job(config.read(err()), wanted);
        return new Explained(
                job.source().schedule(),
                job.schedule(),
                job.timezone(),
                List.of(),
                job.exclusions(),
                job.policy().group());
    }

    private static JsonObject json(Explained explained, List<Instant> times) {
        JsonObject json = new JsonObject();
        json.addProperty("expression", explained.expression);
        json.addProperty("timezone", explained.zone.getId());
        json.addProperty("english", explained.english());
        JsonArray doubts = new JsonArray();
        for (ScheduleWarning warning : explained.warnings) {
            JsonObject doubt = new JsonObject();
            doubt.addProperty("column", warning.column());
            doubt.addProperty("message", warning.message());
            doubts.add(doubt);
        }
        json.add("warnings", doubts);
        JsonArray next = new JsonArray();
        JsonObject skipped = new JsonObject();
        for (Instant time : times) {
            next.add(time.toString());
            explained.exclusions.reason(time).ifPresent(reason -> skipped.addProperty(time.toString(), reason));
        }
        json.add("next", next);
        json.add("skipped", skipped);
        Printer.text(json, "run_group", explained.group.map(RunGroup::name));
        Printer.number(json, "run_group_limit", explained.group.map(RunGroup::limit));
        return json;
    }
}
