package io.fleetcron.storage;

import io.fleetcron.natives.Beneath;
import io.fleetcron.natives.Beneath.Access;
import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.Errno;
import io.fleetcron.natives.ErrnoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one opener of everything below the shared directory. Root of another host may have put anything there, so no link
 * is followed, the directory is not left, and what is opened is looked at before it is used: a regular file of one name,
 * of root, this process' user or the owner of the directory. Each call may block indefinitely on a hung network file
 * system. Thread-safe.
 */
public final class SharedRoot {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int TYPE = 0170000; // inode(7)
    private static final int REGULAR = 0100000;
    private static final int CHUNK = 64 * 1024;

    /** No agent writes a line as long as this: whoever did does not want the file to be read to its end. */
    private static final int LONGEST_LINE = 1 << 20;

    private final Path root;
    private volatile @Nullable Boolean devices;

    /**
     * @param root the shared directory, or a directory of this host; its path itself is trusted
     */
    public SharedRoot(Path root) {
        this.root = root.toAbsolutePath();
    }

    /** Opens a file to read and write. */
    public int openToWrite(Path file, boolean direct) throws IOException {
        return open(file, Access.WRITE, direct, 1);
    }

    /** Creates a file, for this user alone. */
    public int create(Path file, boolean direct) throws IOException {
        return open(file, Access.CREATE, direct, 1);
    }

    /**
     * Opens a file to read.
     *
     * @param direct afresh from the server
     * @param mostNames how many names a file may have
     */
    int openToRead(Path file, boolean direct, int mostNames) throws IOException {
        return open(file, Access.READ, direct, mostNames);
    }

    /** Forces a directory's entries to stable storage. */
    public void syncDirectory(Path directory) throws IOException {
        within(directory, here -> {
            int descriptor = Descriptors.openDirectory(here);
            try {
                Descriptors.fsync(descriptor);
            } finally {
                Descriptors.close(descriptor);
            }
            return true;
        });
    }

    /** The time at which a file was last written, and how many names it has. */
    record Known(int names, Instant modified, long size) {}

    /** What the file system knows of an open file. */
    static Known known(int descriptor) throws IOException {
        Map<String, Object> all = Files.readAttributes(path(descriptor), "unix:nlink,lastModifiedTime,size");
        return new Known(
                (Integer) Objects.requireNonNull(all.get("nlink")),
                ((FileTime) Objects.requireNonNull(all.get("lastModifiedTime"))).toInstant(),
                (Long) Objects.requireNonNull(all.get("size")));
    }

    /** Creates a directory and those above it where they are missing, for this user alone. */
    void createDirectories(Path directory) throws IOException {
        Path relative = relative(directory);
        for (int i = 1; i <= relative.getNameCount(); i++) {
            Path part = root.resolve(relative.subpath(0, i));
            try {
                Descriptors.close(openDirectory(part));
            } catch (NoSuchFileException e) {
                makeDirectory(part);
            }
        }
    }

    private void makeDirectory(Path directory) throws IOException {
        within(parent(directory), here -> {
            try {
                Files.createDirectory(
                        here.resolve(name(directory)),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                return false; // another was faster; the next opening looks at what it made
            }
            return true;
        });
        Descriptors.close(openDirectory(directory));
    }

    /** Gives a file a second name. */
    void link(Path file, Path existing) throws IOException {
        within(parent(file), here -> Files.createLink(here.resolve(name(file)), here.resolve(name(existing))));
    }

    /** Removes a name, if it is there. What a link leads to stays. */
    public void delete(Path file) throws IOException {
        within(parent(file), here -> Files.deleteIfExists(here.resolve(name(file))));
    }

    /** Whether there is anything of that name, which is not a link. */
    public boolean exists(Path file) throws IOException {
        try {
            return within(parent(file), here -> Files.exists(here.resolve(name(file)), LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * The names in a directory, sorted, hidden ones left out.
     *
     * @throws NoSuchFileException if no such directory exists
     */
    public List<String> names(Path directory) throws IOException {
        return within(directory, Access.LISTING, here -> {
            List<String> names = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(here)) {
                for (Path entry : entries) {
                    if (!name(entry).startsWith(".")) {
                        names.add(name(entry));
                    }
                }
            } catch (java.nio.file.DirectoryIteratorException e) {
                throw e.getCause();
            }
            names.sort(null);
            return names;
        });
    }

    /**
     * What a file holds from an offset on.
     *
     * @return less than {@code most} bytes only if the file ends there
     * @throws NoSuchFileException if no such file exists
     * @throws PlantedFileException if it is none of ours
     */
    public byte[] read(Path file, long from, int most) throws IOException {
        int descriptor = openToRead(file, false, 1);
        try {
            long there = Math.max(0, known(descriptor).size() - from);
            return Descriptors.read(descriptor, from, (int) Math.min(most, there));
        } finally {
            Descriptors.close(descriptor);
        }
    }

    /** How long a file is. */
    public long size(Path file) throws IOException {
        int descriptor = openToRead(file, false, 1);
        try {
            return known(descriptor).size();
        } finally {
            Descriptors.close(descriptor);
        }
    }

    /**
     * Reads a file line by line, up to a line that is longer than any that an agent writes.
     *
     * @throws NoSuchFileException if no such file exists
     * @throws PlantedFileException if it is none of ours
     */
    public void lines(Path file, Consumer<String> each) throws IOException {
        lines(file, 0, each);
    }

    /**
     * The same from an offset on, which is where a line begins.
     *
     * @return where the first line begins that has no end yet: whoever goes on from there misses nothing
     */
    public long lines(Path file, long begin, Consumer<String> each) throws IOException {
        int descriptor = openToRead(file, false, 1);
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            byte[] chunk = Descriptors.readOnce(descriptor, begin, CHUNK);
            long at = begin;
            while (chunk.length > 0 && line.size() <= LONGEST_LINE) {
                int from = 0;
                for (int i = 0; i < chunk.length; i++) {
                    if (chunk[i] == '\n') {
                        each.accept(joined(line, chunk, from, i));
                        from = i + 1;
                    }
                }
                line.write(chunk, from, chunk.length - from);
                at += chunk.length;
                chunk = Descriptors.readOnce(descriptor, at, CHUNK);
            }
            if (line.size() > 0 && line.size() <= LONGEST_LINE) {
                each.accept(line.toString(StandardCharsets.UTF_8));
            }
            return at - line.size();
        } finally {
            Descriptors.close(descriptor);
        }
    }

    private static String joined(ByteArrayOutputStream begun, byte[] chunk, int from, int end) {
        if (begun.size() == 0) {
            return new String(chunk, from, end - from, StandardCharsets.UTF_8);
        }
        begun.write(chunk, from, end - from);
        String line = begun.toString(StandardCharsets.UTF_8);
        begun.reset();
        return line;
    }

    /**
     * The server's time, which it gives to something just made in a directory: an empty folder, for a file could leave
     * data pending on a mount that hangs.
     */
    public Instant serverTime(Path directory) throws IOException {
        return within(directory, here -> {
            Path probe = Files.createDirectory(here.resolve(".clock-" + UUID.randomUUID()));
            try {
                return Files.getLastModifiedTime(probe).toInstant();
            } finally {
                Files.deleteIfExists(probe);
            }
        });
    }

    private interface Work<T> {
        T in(Path here) throws IOException;
    }

    /** Works in a directory by its descriptor: whatever its path leads to meanwhile, this is the one that was opened. */
    private <T> T within(Path directory, Work<T> work) throws IOException {
        return within(directory, Access.DIRECTORY, work);
    }

    private <T> T within(Path directory, Access access, Work<T> work) throws IOException {
        int descriptor = openDirectory(directory, access);
        try {
            return work.in(path(descriptor));
        } finally {
            Descriptors.close(descriptor);
        }
    }

    private int openDirectory(Path directory) throws IOException {
        return openDirectory(directory, Access.DIRECTORY);
    }

    private int openDirectory(Path directory, Access access) throws IOException {
        try {
            return open(directory, access, false, Integer.MAX_VALUE);
        } catch (ErrnoException e) {
            throw reported(directory, e);
        }
    }

    private int open(Path file, Access access, boolean direct, int mostNames) throws IOException {
        int base = Beneath.root(root);
        try {
            if (access != Access.READ && access != Access.WRITE) {
                return Beneath.open(base, relative(file), access, direct);
            }
            boolean lookFirst = opensDevices(base);
            int descriptor = Beneath.open(base, relative(file), lookFirst ? Access.LOOK : access, direct && !lookFirst);
            boolean done = false;
            try {
                look(file, descriptor, base, mostNames);
                done = !lookFirst;
                return lookFirst ? Beneath.reopen(descriptor, access, direct) : descriptor;
            } finally {
                if (!done) {
                    Descriptors.close(descriptor);
                }
            }
        } catch (ErrnoException e) {
            requireNoLink(file, e);
            throw access == Access.READ ? reported(file, e) : e;
        } finally {
            Descriptors.close(base);
        }
    }

    /**
     * Whether opening a device there would do something to it, so that it must be looked at first. Where the mount has
     * {@code nodev}, as documented, the kernel refuses, and the server is spared one question for each opening.
     */
    private boolean opensDevices(int base) {
        Boolean known = devices;
        if (known == null) {
            try {
                known = !Mount.of(Files.readSymbolicLink(path(base))).options().contains("nodev");
            } catch (IOException e) {
                known = true;
            }
            devices = known;
        }
        return known;
    }

    private void look(Path file, int descriptor, int base, int mostNames) throws IOException {
        Map<String, Object> all = Files.readAttributes(path(descriptor), "unix:mode,nlink,uid,dev");
        if (((Integer) Objects.requireNonNull(all.get("mode")) & TYPE) != REGULAR) {
            throw planted(file, "is not a regular file");
        }
        if ((Integer) Objects.requireNonNull(all.get("nlink")) > mostNames) {
            throw planted(file, "has another name besides (a hard link)");
        }
        Object owner = all.get("uid");
        if (!Integer.valueOf(0).equals(owner)
                && !Objects.equals(owner, Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                && !Objects.equals(owner, Files.getAttribute(path(base), "unix:uid"))) {
            throw planted(file, "belongs to user id " + owner);
        }
    }

    private void requireNoLink(Path file, ErrnoException e) throws PlantedFileException {
        if (e.errno() == Errno.EXDEV) {
            throw planted(file, "leads out of " + root);
        }
        if (e.errno() == Errno.ELOOP || e.errno() == Errno.ENOTDIR || e.errno() == Errno.EEXIST) {
            Path at = root;
            for (Path name : relative(file)) {
                at = at.resolve(name);
                if (Files.isSymbolicLink(at)) {
                    throw planted(at, "is a link");
                }
            }
        }
        if (e.errno() == Errno.ELOOP) {
            throw planted(file, "is a link");
        }
    }

    private static PlantedFileException planted(Path file, String what) {
        return new PlantedFileException(file + " " + what
                + "; somebody wrote there. Nothing was read from it or written to it: find out who can,"
                + " then remove it");
    }

    private static IOException reported(Path file, ErrnoException e) {
        return switch (e.errno()) {
            case Errno.ENOENT -> new NoSuchFileException(file.toString());
            case Errno.ENOTDIR -> new NotDirectoryException(file.toString());
            case Errno.EACCES -> new AccessDeniedException(file.toString());
            default -> StorageErrors.of(file, e);
        };
    }

    private Path relative(Path file) {
        Path absolute = file.toAbsolutePath();
        if (!absolute.startsWith(root)) {
            throw new IllegalArgumentException(file + " is not below " + root);
        }
        return absolute.equals(root) ? Path.of(".") : root.relativize(absolute);
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static Path path(int descriptor) {
        return DESCRIPTORS.resolve(Integer.toString(descriptor));
    }
}
