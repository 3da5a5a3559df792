package io.fleetcron.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.config.schedule.Explain;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.ScheduleWarning;
import io.fleetcron.config.schedule.Schedules;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron explain}. */
@Command(
        name = "explain",
        description = "Says a schedule in plain English, warns of likely mistakes and shows the next times.",
        mixinStandardHelpOptions = true)
final class ExplainCommand extends ReadCommand {

    private static final int TIMES = 5;

    @Parameters(paramLabel = "EXPR", description = "Such as \"30 2 * * 1-5\"; quote it for the shell.")
    private String expression = "";

    @Option(
            names = "--timezone",
            paramLabel = "ZONE",
            converter = Times.ZoneConverter.class,
            description = "The expression's time zone (default: UTC).")
    private ZoneId zone = ZoneId.of("UTC");

    @Option(names = "--name", paramLabel = "JOB", description = "The job name that decides the values of H.")
    private String name = "";

    @Option(
            names = "--after",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "Show times later than this one (default: now).")
    private Instant after = Instant.now();

    @Override
    public Integer call() throws CommandFailed {
        Schedule schedule = Expressions.parse(expression, zone, name);
        List<ScheduleWarning> warnings = Schedules.warnings(expression, zone, name);
        List<Instant> times = Upcoming.of(schedule, after, TIMES);
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
        times.forEach(time -> table.row(time.toString(), Times.local(time, zone)));
        table.print(out());
        return ExitCode.OK;
    }

    private JsonObject json(Schedule schedule, List<ScheduleWarning> warnings, List<Instant> times) {
        JsonObject json = new JsonObject();
        json.addProperty("expression", expression);
        json.addProperty("timezone", zone.getId());
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
