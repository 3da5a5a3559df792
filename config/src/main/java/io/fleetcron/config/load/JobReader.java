package io.fleetcron.config.load;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.Command;
import io.fleetcron.config.JobDefinition.ProgramCommand;
import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.config.JobDefinition.Source;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.calendar.DateFiles;
import io.fleetcron.config.calendar.Exclusions;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue;
import io.fleetcron.config.yaml.YamlValue.Entry;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one job of a job file. */
public final class JobReader {
    public static final List<String> KEYS = keys();

    /** Fires are compared from then on: the same with each reading. */
    private static final Instant SOME_DAY = Instant.parse("2026-01-01T00:00:00Z");

    private static final int SOME_FIRES = 100;

    private final JobSettings defaults;
    private final Path folder;
    private final DateFiles files;
    private final ProblemLog log;

    /**
     * Makes a reader for one file.
     *
     * @param folder where relative paths count from
     * @param files those that say when jobs do not run
     */
    JobReader(JobSettings defaults, Path folder, DateFiles files, ProblemLog log) {
        this.defaults = defaults;
        this.folder = folder;
        this.files = files;
        this.log = log;
    }

    /** The job; empty if too much of it is missing. Valid only if no error was logged. */
    Optional<JobDefinition> read(Entry entry) {
        String name = entry.key().text();
        Position at = entry.key().at();
        NameRules.job(name).ifPresent(wrong -> log.error(at, "job name " + Quote.of(name) + ": " + wrong));
        return YamlFields.of(entry.value(), "job " + Quote.of(name), at, KEYS, log)
                .flatMap(given -> read(name, at, given));
    }

    private Optional<JobDefinition> read(String name, Position at, YamlFields given) {
        JobSettings settings = defaults.with(given, folder, files);
        String description = given.get("description").flatMap(YamlField::text).orElse("");
        boolean enabled = given.get("enabled").flatMap(YamlField::bool).orElse(true);
        Optional<Command> command = given.require("command").flatMap(field -> command(field, settings.shell()));
        refuseShellOfList(given);
        ScheduleReader when = new ScheduleReader(name, settings);
        Optional<Schedule> schedule = when.read(given);
        if (schedule.isEmpty() || command.isEmpty()) {
            return Optional.empty();
        }
        settings.policy()
                .notices()
                .expectations()
                .noSuccessFor()
                .ifPresent(limit -> warnIfShort(
                        limit,
                        schedule.get(),
                        given.get("no_success_for").map(YamlField::keyAt).orElse(at)));
        return Optional.of(new JobDefinition(
                name,
                description,
                schedule.get(),
                settings.timezone(),
                new Exclusions(settings.except(), settings.timezone()),
                command.get(),
                settings.environment(),
                settings.policy().in(GroupReader.of(given, settings)),
                enabled,
                new Source(log.file(), at.line(), when.written(given))));
    }

    /** A job that is late between any two of its fires is more likely a mistake. */
    private void warnIfShort(Duration limit, Schedule schedule, Position at) {
        Optional<Instant> fire = schedule.next(SOME_DAY);
        for (int i = 0; i < SOME_FIRES && fire.isPresent(); i++) {
            Optional<Instant> next = schedule.next(fire.get());
            if (next.isPresent() && !next.get().isBefore(fire.get().plus(limit))) {
                log.warning(
                        at,
                        "no_success_for: as much time or more lies between two of its fires, such as " + fire.get()
                                + " and " + next.get() + "; write more than that and what a run takes");
                return;
            }
            fire = next;
        }
    }

    private static void refuseShellOfList(YamlFields given) {
        Optional<YamlField> shell = given.get("shell");
        if (shell.isPresent() && given.get("command").map(YamlField::value).orElse(null) instanceof Sequence) {
            shell.get()
                    .log()
                    .error(
                            shell.get().keyAt(),
                            "shell: a command that is a list starts without a shell; remove `shell`, or write the "
                                    + "command as text");
        }
    }

    private static Optional<Command> command(YamlField field, String shell) {
        if (!(field.value() instanceof Sequence sequence)) {
            return field.word().map(line -> new ShellCommand(shell, line));
        }
        Optional<List<String>> argv = field.list(YamlField::text);
        if (argv.isPresent() && argv.get().get(0).isBlank()) {
            YamlValue program = sequence.items().get(0);
            field.log().error(program.at(), "command: the program, first in the list, is blank");
            return Optional.empty();
        }
        return argv.map(ProgramCommand::new);
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(List.of("description", "schedule", "every", "from", "until", "command"));
        keys.addAll(JobSettings.KEYS);
        keys.add("run_group");
        keys.add("stdin");
        keys.add("enabled");
        return List.copyOf(keys);
    }
}
