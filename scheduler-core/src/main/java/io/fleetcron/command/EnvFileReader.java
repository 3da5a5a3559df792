package io.fleetcron.command;

import io.fleetcron.config.trust.TrustedPath;
import io.fleetcron.config.trust.TrustedPath.Untrusted;
import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.UserDatabase;
import io.fleetcron.natives.UserRights;
import io.fleetcron.natives.UserRights.NoThreadException;
import io.fleetcron.run.Account;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Environment files as they are on this host. Who may write one decides what the command does: so a file must belong to
 * root, to the agent's user or to the command's, and nobody else may write it. It is looked at before it is opened.
 *
 * <p>The agent reads a file with its own rights where nobody but root could put another in its place. Elsewhere, as in a
 * home directory, it has no more rights than the command's user: a link to somebody else's secrets gets that user nowhere,
 * and what the message says that user could find out alone. Blocks on the file system. Stateless.
 */
public final class EnvFileReader {
    private static final int LARGEST = 1 << 20;
    private static final int WRITABLE_BY_OTHERS = 0022;

    private EnvFileReader() {}

    /**
     * Reads one for the agent itself.
     *
     * @throws CannotRunException if it is missing, open to others or not of the right form; the message has no value
     */
    public static Map<String, String> read(Path file) throws CannotRunException {
        return read(file, new RunAs("", UserDatabase.self(), "/", Optional.empty()));
    }

    /**
     * Reads one.
     *
     * @param as the command's user
     * @throws CannotRunException if it is missing, open to others or not of the right form; the message has no value
     */
    static Map<String, String> read(Path file, RunAs as) throws CannotRunException {
        try {
            if (as.account().isEmpty() || onlyRootPutsItThere(file)) {
                return look(file, as.uid());
            }
            Account user = as.account().get();
            return UserRights.as(user.uid(), user.gid(), user.groups(), () -> look(file, as.uid()));
        } catch (Refused e) {
            throw new CannotRunException(e.reason);
        } catch (NoThreadException e) {
            throw new CannotRunException(
                    "env_file " + file + " cannot be read as the command's user: " + e.getMessage());
        } catch (IOException e) {
            throw new CannotRunException(
                    "env_file " + file + " cannot be read: " + e.getMessage() + "; create it or correct `env_file`");
        }
    }

    /**
     * The file itself may be another user's, who may write her own, or be missing: but not in a folder like /tmp, where she
     * could put a link in its place.
     */
    private static boolean onlyRootPutsItThere(Path file) {
        Optional<Untrusted> wrong = TrustedPath.problemOfExisting(file);
        return wrong.isEmpty() || isLast(wrong.get().component(), file);
    }

    private static boolean isLast(Path component, Path file) {
        try {
            Path real = real(file);
            return component.equals(real) && TrustedPath.problem(folder(real)).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path real(Path file) throws IOException {
        try {
            return file.toRealPath();
        } catch (NoSuchFileException e) {
            return folder(file).toRealPath().resolve(Objects.requireNonNull(file.getFileName()));
        }
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    private static Map<String, String> look(Path file, long user) throws IOException {
        int descriptor = Descriptors.openToLook(file);
        try {
            // What was looked at is what is read, whatever takes its place meanwhile.
            Path there = Path.of("/proc/self/fd", Integer.toString(descriptor));
            check(file, there, user);
            return EnvFileParser.parse(file, text(file, there));
        } catch (CannotRunException e) {
            throw new Refused(e.reason());
        } finally {
            Descriptors.close(descriptor);
        }
    }

    private static void check(Path file, Path there, long user) throws IOException {
        if (!Files.isRegularFile(there)) {
            throw refused(file, "is not a regular file");
        }
        long owner = Integer.toUnsignedLong((Integer) Files.getAttribute(there, "unix:uid"));
        int mode = (Integer) Files.getAttribute(there, "unix:mode");
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            throw refused(file, "may be written by others than its owner; run `chmod go-w` on it");
        }
        if (owner != user && owner != 0 && owner != UserDatabase.self()) {
            throw refused(file, "belongs to user id " + owner + "; it must belong to root or to the command's user");
        }
    }

    private static String text(Path file, Path there) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(there)) {
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

    private static Refused refused(Path file, String what) {
        return new Refused("env_file " + file + " " + what);
    }

    /** On its way out of another thread. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        Refused(String reason) {
            super(reason, null);
            this.reason = reason;
        }
    }
}
