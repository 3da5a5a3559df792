package io.fleetcron.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that node_exporter's textfile collector reads. It is replaced as a whole, so that nobody reads half of it. The folder may
 * be another user's: no link in it is followed.
 */
record Textfile(Path file) {

    /** Everybody may read it: node_exporter is another user. */
    private static final String MODE = "rw-r--r--";

    void write(byte[] text) throws IOException {
        try {
            replace(text);
        } catch (NoSuchFileException e) {
            throw new IOException("the folder " + file.getParent() + " does not exist; create it", e);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "this agent's user may not write in the folder " + file.getParent() + "; give it that right", e);
        }
    }

    private void replace(byte[] text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new"); // the collector passes over this ending
        Files.deleteIfExists(draft);
        try (WritableByteChannel channel = FileChannel.open(
                draft,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(text);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
        Files.getFileAttributeView(draft, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setPermissions(PosixFilePermissions.fromString(MODE));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
