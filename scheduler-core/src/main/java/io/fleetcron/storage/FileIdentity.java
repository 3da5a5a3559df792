package io.fleetcron.storage;

import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.Errno;
import io.fleetcron.natives.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Which file it is. Found out without asking an NFS server for the file's attributes: they do not say which file it is, and
 * right after the lock was taken they would have to be fetched.
 *
 * @param device the file system
 * @param inode its number there
 */
public record FileIdentity(long device, long inode) {

    /** The file that a path names. */
    public static FileIdentity of(Path path) throws IOException {
        try {
            return of(Descriptors.identity(path));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                throw new NoSuchFileException(path.toString());
            }
            return byStat(path, e);
        }
    }

    /** The file that this process has open, also if no path names it any more. */
    public static FileIdentity of(int descriptor) throws IOException {
        try {
            return of(Descriptors.identity(descriptor));
        } catch (ErrnoException e) {
            return byStat(Path.of("/proc/self/fd", Integer.toString(descriptor)), e);
        }
    }

    private static FileIdentity of(List<Long> numbers) {
        return new FileIdentity(numbers.get(0), numbers.get(1));
    }

    private static FileIdentity byStat(Path path, ErrnoException e) throws IOException {
        if (e.errno() != Errno.ENOSYS && e.errno() != Errno.EPERM) { // EPERM: of a sandbox that is older
            throw e;
        }
        return new FileIdentity(number(path, "dev"), number(path, "ino"));
    }

    private static long number(Path path, String name) throws IOException {
        return Files.getAttribute(path, "unix:" + name) instanceof Long number ? number : -1;
    }
}
