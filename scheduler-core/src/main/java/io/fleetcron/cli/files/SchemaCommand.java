package io.fleetcron.cli.files;

import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.load.ConfigSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fleetcron schema}. */
@Command(
        name = "schema",
        description = "Prints the JSON Schema of main files and job files, for editors.",
        mixinStandardHelpOptions = true)
public final class SchemaCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(ConfigSchema.text());
        return ExitCode.OK;
    }
}
