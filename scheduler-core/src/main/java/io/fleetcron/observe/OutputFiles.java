package io.fleetcron.observe;

import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.SharedLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Captured output in the shared directory, of runs that are over and of runs that go on. Every call opens anew what it
 * reads, so that an NFS client asks the server for the newest state (close-to-open, nfs(5)).
 */
public final class OutputFiles {

    private static final int PIECE = 1 << 20;

    private final SharedLayout layout;

    /**
     * @param sharedDir the shared directory
     */
    public OutputFiles(Path sharedDir) {
        this.layout = new SharedLayout(sharedDir);
    }

    /** A run's output. */
    public record Stored(OutputName name, Path file) {

        /** What the file holds from there on, up to 1 MiB; nothing if it does not reach so far, or is gone. */
        public byte[] read(long from) throws IOException {
            try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                ByteBuffer piece = ByteBuffer.allocate((int) Math.max(0, Math.min(PIECE, in.size() - from)));
                int read = piece.hasRemaining() ? in.read(piece, from) : 0;
                return Arrays.copyOf(piece.array(), Math.max(0, read));
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
        for (Path file : Directories.list(layout.output(job))) {
            Optional<OutputName> name = OutputName.parse(Directories.name(file));
            name.ifPresent(known -> all.add(new Stored(known, file)));
        }
        return all;
    }

    /** An NFS client may remember for a minute that a job has no folder, but not beyond the opening of its parent. */
    private boolean anyThere() throws IOException {
        try (DirectoryStream<Path> jobs = Files.newDirectoryStream(layout.outputs())) {
            return jobs.iterator().hasNext();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        }
    }
}
