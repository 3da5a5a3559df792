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

    /** Becomes the directory of a run that is to begin. */
    synchronized void become(RunDirectory directory, RunRecord text) throws IOException {
        if (used) {
            throw new IllegalStateException("a directory serves one run");
        }
        used = true;
        try (note) {
            directories.move(reserved, directory);
            RunDirectory.writeFirst(note, text);
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
