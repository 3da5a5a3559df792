package io.fleetcron.cli.option;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.config.trust.TrustedPath.Untrusted;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.Suggestion;
import io.fleetcron.fleet.ThisProgram;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The {@code --config} option of every command that reads the configuration. */
public class ConfigOption {

    /** Where packages put it. */
    public static final String USUAL = "/etc/fleetcron/fleetcron.yaml";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The main configuration file (default: ${DEFAULT-VALUE}).",
            defaultValue = USUAL)
    private Path file = Path.of(USUAL);

    public Path file() {
        return file;
    }

    /**
     * Loads the configuration for a command that only looks: no word about warnings, `validate` shows them.
     *
     * @throws CommandFailed with every error, one a line
     */
    public FleetConfig read(PrintWriter err) throws CommandFailed {
        return read(err, path -> {});
    }

    /**
     * As {@link #read(PrintWriter)}.
     *
     * @param before gets each file and folder right before it is looked at
     */
    public FleetConfig read(PrintWriter err, Consumer<Path> before) throws CommandFailed {
        LoadResult result = new ConfigLoader().load(file, before);
        result.problems().stream().filter(Problem::isError).forEach(err::println);
        return result.config().orElseThrow(this::unusable);
    }

    /** A job of the configuration, by name. */
    public JobDefinition job(FleetConfig loaded, String name) throws CommandFailed {
        JobDefinition job = loaded.jobs().get(name);
        if (job == null) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "no job " + name + " in " + file
                            + Suggestion.of(name, loaded.jobs().keySet())
                                    .map(near -> ". Did you mean " + near + "?")
                                    .orElse(". `fleetcron list` shows the jobs there are"));
        }
        return job;
    }

    /**
     * Loads the configuration for a process that will run what it says: nobody else may be able to write it.
     *
     * @param reported gets every problem
     * @throws CommandFailed if one of them is an error
     */
    public FleetConfig loadTrusted(Consumer<Problem> reported) throws CommandFailed {
        return usable(loadTrusted(path -> {}, reported));
    }

    /**
     * As {@link #loadTrusted(Consumer)}, also if there are errors in it.
     *
     * @param before gets each file and folder right before it is looked at
     */
    public LoadResult loadTrusted(Consumer<Path> before, Consumer<Problem> reported) throws CommandFailed {
        LoadResult result = new ConfigLoader().loadTrusted(file, before);
        result.problems().forEach(reported);
        Optional<Untrusted> program = ThisProgram.problem();
        if (program.isPresent()) {
            throw new CommandFailed(ExitCode.USAGE, ThisProgram.UNSAFE + program.get());
        }
        return result;
    }

    /** What was read, if there are no errors in it. */
    public FleetConfig usable(LoadResult result) throws CommandFailed {
        return result.config().orElseThrow(this::unusable);
    }

    private CommandFailed unusable() {
        return new CommandFailed(
                ExitCode.USAGE, "the configuration has errors; `fleetcron validate " + file + "` shows them");
    }

    /**
     * Loads the configuration; warnings go to {@code err}.
     *
     * @throws CommandFailed with every error, one a line
     */
    public FleetConfig load(PrintWriter err) throws CommandFailed {
        LoadResult result = new ConfigLoader().load(file);
        result.problems().forEach(err::println);
        return result.config().orElseThrow(this::unusable);
    }
}
