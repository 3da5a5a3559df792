package io.fleetcron.run;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A directory kept ready for a run, and so the proof that this host's state directory takes one. Serves one run, or none
 * and is closed. Thread-safe.
 */
final class ReservedDirectory implements RunPlace {
    private final RunDirectories directories;
    private final RunDirectory reserved;
    private final FileChannel note;
    private boolean used;

    ReservedDirectory(RunDirectories directories, RunDirectory reserved, FileChannel note) {
        this.directories = directories;
        this.reserved = reserved;
        this.note = note;
    }

    /** Becomes the directory of a run that is to begin. It has the run's name only with the run's note in it. */
    synchronized void become(RunDirectory directory, RunRecord text) throws IOException {
        if (used) {
            throw new IllegalStateException("a directory serves one run");
        }
        used = true;
        try (note) {
            RunDirectory.writeFirst(note, text);
            directories.move(reserved, directory);
        } catch (IOException e) {
            try {
                directories.unused(reserved);
            } catch (IOException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    /** Leaves the directory to the next run, unless this one has it. */
    @Override
    public synchronized void close() throws IOException {
        if (!used) {
            used = true;
            note.close();
            directories.unused(reserved);
        }
    }
}
