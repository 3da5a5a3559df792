package io.fleetcron.cli;

import io.fleetcron.config.ConfigLoader;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.LoadResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The {@code --config} option of every command that reads the configuration. */
final class ConfigOption {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The main configuration file (default: ${DEFAULT-VALUE}).",
            defaultValue = "/etc/fleetcron/fleetcron.yaml")
    private Path file = Path.of("/etc/fleetcron/fleetcron.yaml");

    Path file() {
        return file;
    }

    /**
     * Loads the configuration; warnings go to {@code err}.
     *
     * @throws CommandFailed with every error, one a line
     */
    FleetConfig load(PrintWriter err) throws CommandFailed {
        LoadResult result = new ConfigLoader().load(file);
        result.problems().forEach(err::println);
        return result.config()
                .orElseThrow(() -> new CommandFailed(
                        ExitCode.USAGE, "the configuration has errors; `fleetcron validate " + file + "` shows them"));
    }
}
