package io.fleetcron.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Table;
import io.fleetcron.cli.console.Times;
import io.fleetcron.config.schedule.Explain;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.ScheduleWarning;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.observe.Upcoming;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fleetcron explain}. */
@Command(
        name = "explain",
        description = "Says what a schedule means in plain English, warns of likely mistakes and shows the next times.",
        mixinStandardHelpOptions = true)
final class ExplainCommand extends ReadCommand {

    private static final int TIMES = 5;

    @Parameters(paramLabel = "EXPR", description = "Such as \"30 2 * * 1-5\"; quote it for the shell.")
    private String expression = "";

    @Mixin
    private ExpressionOptions options = new ExpressionOptions();

    @Override
    public Integer call() throws CommandFailed {
        Schedule schedule = options.parse(expression);
        List<ScheduleWarning> warnings = options.warnings(expression);
        List<Instant> times = Upcoming.of(schedule, options.after(), TIMES);
        if (json()) {
            out().println(json(schedule, warnings, times));
            return ExitCode.OK;
        }
        out().println(Explain.inEnglish(schedule));
        warnings.forEach(warning -> out().println("warning: column " + warning.column() + ": " + warning.message()));
        Table table = new Table("NEXT", "LOCAL");
        if (Schedules.firesAtBoot(schedule)) {
            table.row(Upcoming.AT_BOOT, "");
        }
        times.forEach(time -> table.row(time.toString(), Times.local(time, options.zone())));
        table.print(out());
        return ExitCode.OK;
    }

    private JsonObject json(Schedule schedule, List<ScheduleWarning> warnings, List<Instant> times) {
        JsonObject json = new JsonObject();
        json.addProperty("expression", expression);
        json.addProperty("timezone", options.zone().getId());
        json.addProperty("english", Explain.inEnglish(schedule));
        JsonArray doubts = new JsonArray();
        for (ScheduleWarning warning : warnings) {
            JsonObject doubt = new JsonObject();
            doubt.addProperty("column", warning.column());
            doubt.addProperty("message", warning.message());
            doubts.add(doubt);
        }
        json.add("warnings", doubts);
        JsonArray next = new JsonArray();
        times.forEach(time -> next.add(time.toString()));
        json.add("next", next);
        return json;
    }
}
