package io.fleetcron.agent;

import io.fleetcron.lock.natives.Descriptors;
import io.fleetcron.lock.natives.ErrnoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * Environment files as they are on this host. The agent reads them with its own rights, and who may write one decides
 * what the command does: so a file must belong to root, to the agent's user or to the command's, and nobody else may
 * write it. One that is not the command's user's own must not be reached through a folder that others may write either,
 * or that user could put a link to somebody else's secrets in its place. Blocks on the file system. Stateless.
 */
final class EnvFiles {
    private static final int LARGEST = 1 << 20;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int MOST_LINKS = 40; // path_resolution(7)

    private EnvFiles() {}

    /**
     * Reads one.
     *
     * @param agent the uid of this process
     * @param user the uid that the command runs as
     * @throws CannotRunException if it is missing, open to others or not of the right form; the message has no value
     */
    static Map<String, String> read(Path file, long agent, long user) throws CannotRunException {
        int descriptor;
        try {
            descriptor = Descriptors.openToRead(file);
        } catch (ErrnoException e) {
            throw refused(file, "cannot be read: " + e.getMessage() + "; create it or correct `env_file`");
        }
        try {
            // What is opened is what is looked at, whatever takes its place meanwhile.
            Path opened = Path.of("/proc/self/fd", Integer.toString(descriptor));
            check(file, opened, agent, user);
            return EnvFile.parse(file, text(file, opened));
        } catch (IOException e) {
            throw refused(file, "cannot be read: " + e.getMessage());
        } finally {
            Descriptors.close(descriptor);
        }
    }

    private static void check(Path file, Path opened, long agent, long user) throws IOException, CannotRunException {
        if (!Files.isRegularFile(opened)) {
            throw refused(file, "is not a regular file");
        }
        long owner = Integer.toUnsignedLong((Integer) Files.getAttribute(opened, "unix:uid"));
        int mode = (Integer) Files.getAttribute(opened, "unix:mode");
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            throw refused(file, "may be written by others than its owner; run `chmod go-w` on it");
        }
        if (owner == user) {
            return;
        }
        if (owner != 0 && owner != agent) {
            throw refused(file, "belongs to user id " + owner + "; it must belong to root or to the command's user");
        }
        Path open = openFolder(file, agent);
        if (!open.toString().isEmpty()) {
            throw refused(
                    file,
                    "is reached through " + open + ", which others than root may write; move it, run"
                            + " `chmod go-w` on that folder, or let the file belong to the command's user");
        }
    }

    /** The first folder or link on the way to a file that others may change; an empty path if there is none. */
    private static Path openFolder(Path file, long agent) throws IOException {
        Deque<Path> ahead = new ArrayDeque<>();
        file.toAbsolutePath().normalize().forEach(ahead::add);
        Path here = Path.of("/");
        int links = 0;
        while (!ahead.isEmpty()) {
            long owner = Integer.toUnsignedLong((Integer) Files.getAttribute(here, "unix:uid"));
            int mode = (Integer) Files.getAttribute(here, "unix:mode");
            if ((mode & WRITABLE_BY_OTHERS) != 0 || (owner != 0 && owner != agent)) {
                return here;
            }
            Path next = here.resolve(ahead.removeFirst()).normalize();
            if (Files.isSymbolicLink(next)) {
                if (++links > MOST_LINKS) {
                    return next;
                }
                Path target = here.resolve(Files.readSymbolicLink(next)).normalize();
                Deque<Path> way = new ArrayDeque<>();
                target.forEach(way::add);
                way.descendingIterator().forEachRemaining(ahead::addFirst);
                next = Path.of("/");
            }
            here = next;
        }
        return Path.of("");
    }

    private static String text(Path file, Path opened) throws IOException, CannotRunException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(opened)) {
            bytes = in.readNBytes(LARGEST + 1);
        }
        if (bytes.length > LARGEST) {
            throw refused(file, "is larger than 1 MiB");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw refused(file, "is not text in UTF-8");
        }
    }

    private static CannotRunException refused(Path file, String what) {
        return new CannotRunException("env_file " + file + " " + what);
    }
}
