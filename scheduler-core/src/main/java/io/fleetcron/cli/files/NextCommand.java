package io.fleetcron.cli.files;

import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Moments;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Table;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.UtcOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.observe.Upcoming;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron next}. */
@Command(
        name = "next",
        description =
                "Shows the next scheduled times of jobs (all enabled ones, or those named), or of an expression. A time "
                        + "that a job excepts is shown with the reason.",
        mixinStandardHelpOptions = true)
public final class NextCommand extends ReadCommand {

    private static final int MOST = 100_000;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Parameters(arity = "0..*", paramLabel = "JOB", description = "Jobs of the configuration.")
    private List<String> jobs = List.of();

    @Option(
            names = "--schedule",
            paramLabel = "EXPR",
            description = "An expression instead of jobs, such as \"30 2 * * *\" or \"every 90s\".")
    private @Nullable String expression;

    @Mixin
    private ExpressionOptions options = new ExpressionOptions();

    @Mixin
    private UtcOption utc = new UtcOption();

    @Option(names = "--count", paramLabel = "N", description = "How many for each job (default: ${DEFAULT-VALUE}).")
    private int count = 1;

    private record Fire(Optional<JobDefinition> job, Instant time, ZoneId zone) {
        String name() {
            return job.map(JobDefinition::name).orElse("");
        }

        Optional<String> excepted() {
            return job.flatMap(of -> of.exclusion(time));
        }
    }

    @Override
    public Integer call() throws CommandFailed {
        if (count < 1 || count > MOST) {
            throw wrong("--count must be from 1 to " + MOST + ", found " + count);
        }
        List<Fire> fires = expression == null ? ofJobs() : ofExpression(expression);
        Moments moments = utc.moments(program(), time().instant());
        Table table = new Table("FIRE", "LOCAL", "JOB", "WHERE", "SKIPPED");
        for (Fire fire : fires) {
            if (!json()) {
                table.row(
                        moments.at(fire.time),
                        Times.local(fire.time, fire.zone),
                        fire.name(),
                        fire.job.map(ListCommand::where).orElse(""),
                        fire.excepted().orElse(""));
            } else if (!Printer.line(out(), json(fire))) {
                return ExitCode.OK;
            }
        }
        page(table::print);
        return ExitCode.OK;
    }

    private List<Fire> ofExpression(String text) throws CommandFailed {
        if (!jobs.isEmpty()) {
            throw wrong("--schedule goes without job names, found " + jobs.get(0));
        }
        Schedule schedule = options.parse(text);
        List<Fire> fires = Upcoming.of(schedule, options.after(), count).stream()
                .map(time -> new Fire(Optional.empty(), time, options.zone()))
                .toList();
        if (fires.isEmpty()) {
            say(Schedules.firesAtBoot(schedule) ? "this schedule fires at boot" : "this schedule never fires again");
        }
        return fires;
    }

    private List<Fire> ofJobs() throws CommandFailed {
        if (options.any()) {
            throw wrong("--timezone, --name and --splay go with --schedule only; a job has its own");
        }
        Instant from = options.after();
        List<Fire> fires = new ArrayList<>();
        for (JobDefinition job : wanted(config.read(err()))) {
            if (job.enabled() && Schedules.firesAtBoot(job.schedule())) {
                say("job " + job.name() + " fires at boot");
            }
            Upcoming.of(job.schedule(), from, job.enabled() ? count : 0)
                    .forEach(time -> fires.add(new Fire(Optional.of(job), time, job.timezone())));
        }
        fires.sort(Comparator.comparing(Fire::time).thenComparing(Fire::name));
        return fires;
    }

    private Collection<JobDefinition> wanted(FleetConfig loaded) throws CommandFailed {
        if (jobs.isEmpty()) {
            return loaded.jobs().values();
        }
        List<JobDefinition> named = new ArrayList<>();
        for (String job : jobs) {
            JobDefinition definition = config.job(loaded, job);
            if (!definition.enabled()) {
                say("job " + job + " is disabled: it never fires");
            }
            named.add(definition);
        }
        return named;
    }

    private static JsonObject json(Fire fire) {
        JsonObject json = new JsonObject();
        fire.job.ifPresent(job -> {
            json.addProperty("job", job.name());
            json.addProperty("where", ListCommand.where(job));
        });
        fire.excepted().ifPresent(reason -> json.addProperty("skipped", reason));
        json.addProperty("fire", fire.time.toString());
        json.addProperty("local", Times.local(fire.time, fire.zone));
        return json;
    }
}
