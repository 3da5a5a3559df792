package io.fleetcron.config;

import io.fleetcron.config.yaml.Problem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds configuration files that someone else could change: whoever may write them decides what the agent runs. The
 * same is refused by crond, see cron(8). Every folder above them counts too, see {@link TrustedPath}.
 */
public final class FilePermissions {

    private FilePermissions() {}

    /**
     * Checks files and all that lies on the way to them. What does not exist is left to the loader to report.
     *
     * @param files as in {@link LoadResult#files()}
     * @param severity an agent refuses to start
     */
    public static List<Problem> check(List<Path> files, Problem.Severity severity) {
        Map<Path, Problem> problems = new LinkedHashMap<>();
        for (Path file : files) {
            TrustedPath.problem(file)
                    .ifPresent(wrong -> problems.putIfAbsent(
                            wrong.component(), new Problem(wrong.component(), 1, 1, severity, wrong.message())));
        }
        return List.copyOf(problems.values());
    }
}
