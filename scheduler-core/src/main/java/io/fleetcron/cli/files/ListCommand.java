package io.fleetcron.cli.files;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Moments;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Table;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.LateJobs;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.cli.option.UtcOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Placement;
import io.fleetcron.config.RunGroup;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.late.Late;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.observe.Upcoming;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fleetcron list}. */
@Command(
        name = "list",
        description = "Lists the configured jobs, each with its schedule and next scheduled time.",
        mixinStandardHelpOptions = true)
public final class ListCommand extends ReadCommand {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private UtcOption utc = new UtcOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Option(
            names = "--late",
            description =
                    "Also say which jobs are late, by their late_after, no_success_for or expected: for that the shared"
                            + " directory is read, for all else the configuration alone.")
    private boolean withLate;

    @Override
    public Integer call() throws CommandFailed {
        Instant now = time().instant();
        Moments moments = utc.moments(program(), now);
        FleetConfig loaded = config.read(err());
        Optional<Map<String, List<Late>>> late = withLate ? Optional.of(late(loaded)) : Optional.empty();
        List<String> columns =
                new ArrayList<>(List.of("JOB", "SCHEDULE", "ZONE", "NEXT", "RUN_ON", "ENABLED", "SOURCE"));
        late.ifPresent(known -> columns.add("LATE"));
        Table table = new Table(columns.toArray(String[]::new));
        for (JobDefinition job : loaded.jobs().values()) {
            Optional<Instant> next = Upcoming.next(job, now);
            Optional<List<Late>> its = late.map(known -> known.getOrDefault(job.name(), List.of()));
            if (json()) {
                JsonObject json = json(job, next);
                its.ifPresent(all -> json.add("late", LateJobs.json(all)));
                if (!Printer.line(out(), json)) {
                    return ExitCode.OK;
                }
            } else {
                List<String> cells = new ArrayList<>(List.of(
                        job.name(),
                        job.source().schedule(),
                        job.timezone().getId(),
                        next.map(moments::second).orElse(Upcoming.none(job, "-")),
                        where(job),
                        job.enabled() ? "yes" : "no",
                        job.source().toString()));
                its.ifPresent(all -> cells.add(words(all)));
                table.row(cells.toArray(String[]::new));
            }
        }
        page(table::print);
        return ExitCode.OK;
    }

    private Map<String, List<Late>> late(FleetConfig loaded) throws CommandFailed {
        try {
            return LateJobs.read(loaded, shared.reader(loaded));
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(
                    ExitCode.PROBLEM,
                    "shared_dir " + loaded.sharedDir() + ": " + e.getMessage()
                            + ". Without --late the configuration alone is read");
        }
    }

    private static String words(List<Late> late) {
        return late.isEmpty() ? "-" : late.stream().map(Late::words).collect(Collectors.joining("; "));
    }

    private static JsonObject json(JobDefinition job, Optional<Instant> next) {
        JsonObject json = new JsonObject();
        json.addProperty("job", job.name());
        json.addProperty("description", job.description());
        json.addProperty("schedule", job.source().schedule());
        JsonArray except = new JsonArray();
        job.exclusions().sets().forEach(set -> except.add(set.written()));
        json.add("except", except);
        json.addProperty("timezone", job.timezone().getId());
        Printer.text(json, "next", next);
        json.addProperty("at_boot", Schedules.firesAtBoot(job.schedule()));
        json.addProperty("run_on", runOn(job));
        Placement placement = job.policy().placement();
        JsonArray hosts = new JsonArray();
        placement.hosts().forEach(hosts::add);
        json.add("hosts", hosts);
        json.add("labels", object(placement.labels()));
        json.add("prefer", object(placement.prefer()));
        Printer.text(json, "run_group", job.policy().group().map(RunGroup::name));
        Printer.number(json, "run_group_limit", job.policy().group().map(RunGroup::limit));
        json.addProperty("enabled", job.enabled());
        json.addProperty("source", job.source().toString());
        return json;
    }

    private static JsonObject object(Map<String, String> labels) {
        JsonObject json = new JsonObject();
        labels.forEach(json::addProperty);
        return json;
    }

    /** One or every of those that may run it, and with how many others. */
    static String where(JobDefinition job) {
        Placement placement = job.policy().placement();
        return runOn(job)
                + (placement.isAnywhere() ? "" : " of " + placement.text())
                + job.policy()
                        .group()
                        .map(group -> ", " + group.limit() + " at once of group " + group.name())
                        .orElse("");
    }

    private static String runOn(JobDefinition job) {
        return job.policy().runOn().name().toLowerCase(Locale.ROOT);
    }
}
