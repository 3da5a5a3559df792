package io.fleetcron.config.load;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.yaml.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code validate} found in any mix of main files, job files and folders. Immutable.
 *
 * @param problems all of them, file by file
 * @param files every file that was read or tried
 * @param configs what the sound main files among them say
 * @param jobs how many sound jobs there are
 */
public record Validation(List<Problem> problems, List<Path> files, List<FleetConfig> configs, int jobs) {
    public Validation {
        problems = List.copyOf(problems);
        files = List.copyOf(files);
        configs = List.copyOf(configs);
    }

    /** Whether it is free of errors; it may have warnings. */
    public boolean isValid() {
        return problems.stream().noneMatch(Problem::isError);
    }
}
