package io.fleetcron.observe;

import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.SharedLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Captured output of runs that are over, in the shared directory. */
public final class OutputFiles {

    private final SharedLayout layout;

    /**
     * @param sharedDir the shared directory
     */
    public OutputFiles(Path sharedDir) {
        this.layout = new SharedLayout(sharedDir);
    }

    /** A run's output. */
    public record Stored(OutputName name, Path file) {}

    /** What is kept of a job, oldest first. */
    public List<Stored> of(String job) throws IOException {
        List<Stored> all = new ArrayList<>();
        for (Path file : Directories.list(layout.output(job))) {
            Optional<OutputName> name = OutputName.parse(Directories.name(file));
            name.ifPresent(known -> all.add(new Stored(known, file)));
        }
        return all;
    }
}
