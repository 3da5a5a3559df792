package io.fleetcron.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The runs that left a directory on this host, for those who only look. */
public final class LocalRuns {

    private LocalRuns() {}

    /**
     * Runs in progress, and those that are over but not yet recorded and cleared away.
     *
     * @param stateDir an instance's state directory
     */
    public static List<LocalRun> in(Path stateDir) throws IOException {
        try (Stream<Path> found = Files.list(stateDir.resolve("runs"))) {
            return found.filter(path -> !RunDirectories.isFree(path))
                    .sorted()
                    .map(RunDirectory::new)
                    .flatMap(directory -> run(directory).stream())
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }

    private static Optional<LocalRun> run(RunDirectory directory) {
        return directory
                .note()
                .map(note -> new LocalRun(
                        note.run(),
                        note.started(),
                        directory.holders(note.owner().boot()).stream().anyMatch(ProcessId::isAlive),
                        directory.output()));
    }
}
