package io.fleetcron.config.load;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.yaml.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What became of reading a main file and all its job files. Immutable.
 *
 * @param config present if and only if no problem is an error
 * @param problems all of them: the main file's first, then each job file's, then those of the files that jobs name in turn, each
 *     in the order of its file
 * @param files every file that was read or tried, the main file first
 */
public record LoadResult(Optional<FleetConfig> config, List<Problem> problems, List<Path> files) {
    public LoadResult {
        problems = List.copyOf(problems);
        files = List.copyOf(files);
    }
}
