package io.fleetcron.config.load;

import io.fleetcron.config.trust.TrustedPath;
import io.fleetcron.config.trust.TrustedPath.Untrusted;
import io.fleetcron.config.yaml.Problem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds configuration files that someone else could change: whoever may write them decides what the agent runs. The
 * same is refused by crond, see cron(8). Every folder above them counts too, see {@link TrustedPath}. Not thread-safe.
 */
public final class FilePermissions {

    private final Problem.Severity severity;
    private final Map<Path, Problem> problems = new LinkedHashMap<>();

    /**
     * @param severity of what is found
     */
    public FilePermissions(Problem.Severity severity) {
        this.severity = severity;
    }

    /**
     * Checks files and all that lies on the way to them. What does not exist is left to the loader to report.
     *
     * @param files as in {@link LoadResult#files()}
     * @param severity an agent refuses to start
     */
    public static List<Problem> check(List<Path> files, Problem.Severity severity) {
        FilePermissions permissions = new FilePermissions(severity);
        files.forEach(file -> TrustedPath.problem(file).ifPresent(permissions::add));
        return permissions.problems();
    }

    /** Whether that file exists and nobody else could change it, or put another in its place before it is opened. */
    public boolean mayOpen(Path file) {
        Optional<Untrusted> wrong = TrustedPath.problemOfExisting(file);
        wrong.ifPresent(this::add);
        return wrong.isEmpty();
    }

    /** What has been found, once for each component of a path. */
    public List<Problem> problems() {
        return List.copyOf(problems.values());
    }

    private void add(Untrusted wrong) {
        problems.putIfAbsent(wrong.component(), new Problem(wrong.component(), 1, 1, severity, wrong.message()));
    }
}
