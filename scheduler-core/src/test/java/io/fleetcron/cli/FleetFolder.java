package io.fleetcron.cli;

import io.fleetcron.observe.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A configuration with two jobs and its shared directory, as agents leave it, of which none is up. */
final class FleetFolder {
    private final Path main;
    private final SharedDirectory shared;

    FleetFolder(Path folder) throws IOException {
        shared = new SharedDirectory(folder.resolve("shared"));
        main = Files.writeString(folder.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                state_dir: state
                jobs: [jobs.yaml]
                """);
        Files.writeString(folder.resolve("jobs.yaml"), """
                jobs:
                  one: {every: 1h, command: "true"}
                  two: {every: 1h, command: "true"}
                """);
    }

    Path main() {
        return main;
    }

    SharedDirectory shared() {
        return shared;
    }

    /** A command with this configuration. */
    Cli run(String command, String... more) {
        List<String> words = new ArrayList<>(List.of(command, "--config", main.toString()));
        words.addAll(Arrays.asList(more));
        return Cli.run(words.toArray(String[]::new));
    }
}
