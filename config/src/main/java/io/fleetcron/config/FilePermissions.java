package io.fleetcron.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds configuration files that someone else could change: whoever may write them decides what the agent runs. The
 * same is refused by crond, see cron(8). Folders count too, since a file can be replaced by whoever may write its folder.
 */
public final class FilePermissions {
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final Path SELF = Path.of("/proc/self");

    private FilePermissions() {}

    /**
     * Checks files and the folders they lie in. A file that cannot be looked at is left to the loader to report.
     *
     * @param files as in {@link LoadResult#files()}
     * @param severity an agent refuses to start; {@code validate} only warns
     */
    public static List<Problem> check(List<Path> files, Problem.Severity severity) {
        Set<Path> paths = new LinkedHashSet<>();
        for (Path file : files) {
            paths.add(file);
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                paths.add(folder);
            }
        }
        List<Problem> problems = new ArrayList<>();
        for (Path path : paths) {
            wrong(path).ifPresent(message -> problems.add(new Problem(path, 1, 1, severity, message)));
        }
        return List.copyOf(problems);
    }

    private static Optional<String> wrong(Path path) {
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode");
            int owner = (Integer) Files.getAttribute(path, "unix:uid");
            int reader = (Integer) Files.getAttribute(SELF, "unix:uid");
            return wrong(mode, owner, reader);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Optional<String> wrong(int mode, int owner, int reader) {
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "can be changed by other users (mode %04o), who could then run commands as this agent; "
                            + "run `chmod go-w` on it",
                    mode & 07777));
        }
        if (owner != 0 && owner != reader) {
            return Optional.of("belongs to user id " + owner
                    + ", who could change it; it must belong to root or to the user the agent runs as (user id "
                    + reader + ")");
        }
        return Optional.empty();
    }
}
