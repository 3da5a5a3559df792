package io.fleetcron.observe;

import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Captured output in the shared directory, of runs that are over and of runs that go on. Every call opens again what it
 * reads, so that an NFS client asks the server for the newest state (close-to-open, nfs(5)).
 */
public final class OutputFiles {

    private static final int PIECE = 1 << 20;

    private final SharedLayout layout;
    private final SharedRoot root;

    /**
     * @param sharedDir the shared directory
     */
    public OutputFiles(Path sharedDir) {
        this.layout = new SharedLayout(sharedDir);
        this.root = new SharedRoot(sharedDir);
    }

    /** A run's output. */
    public record Stored(OutputName name, SharedRoot root, Path file) {

        /** How many bytes it has so far. */
        public long size() throws IOException {
            return root.size(file);
        }

        /** What the file holds from there on, up to 1 MiB; nothing if it does not reach so far, or is gone. */
        public byte[] read(long from) throws IOException {
            try {
                return root.read(file, from, PIECE);
            } catch (NoSuchFileException e) {
                return new byte[0];
            }
        }
    }

    /** What is kept of a job, oldest first. */
    public List<Stored> of(String job) throws IOException {
        List<Stored> all = new ArrayList<>();
        if (!anyThere()) {
            return all;
        }
        Path folder = layout.output(job);
        for (String file : DirectoryListing.names(root, folder)) {
            OutputName.parse(file).ifPresent(name -> all.add(new Stored(name, root, folder.resolve(file))));
        }
        return all;
    }

    /** An NFS client may remember for a minute that a job has no folder, but not beyond the opening of its parent. */
    private boolean anyThere() throws IOException {
        return !DirectoryListing.names(root, layout.outputs()).isEmpty();
    }
}
