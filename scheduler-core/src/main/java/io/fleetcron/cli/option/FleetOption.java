package io.fleetcron.cli.option;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.fleet.Shadow;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The configuration of a command that shows what a fleet has done, and of which fleet: the one that runs jobs, or its shadow. */
public final class FleetOption extends ConfigOption {

    private static final String NOTE =
            "This is the shadow (`fleetcron shadow`): of what is shown here nothing was started.";

    @Option(
            names = "--shadow",
            description = "Show what `fleetcron shadow` has recorded, and not what the fleet has run.")
    private boolean shadow;

    /** Whether it is about the shadow. */
    public boolean isShadow() {
        return shadow;
    }

    /** What is to be said about that, to people. */
    public List<String> notes() {
        return shadow ? List.of(NOTE) : List.of();
    }

    @Override
    public FleetConfig read(PrintWriter err, Consumer<Path> before) throws CommandFailed {
        FleetConfig fleet = super.read(err, before);
        return shadow ? Shadow.of(fleet) : fleet;
    }
}
