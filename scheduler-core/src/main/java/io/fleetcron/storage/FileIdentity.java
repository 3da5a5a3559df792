package io.fleetcron.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which file it is, by stat(2).
 *
 * @param device the file system
 * @param inode its number there
 */
public record FileIdentity(long device, long inode) {

    /** The file that a path names. */
    public static FileIdentity of(Path path) throws IOException {
        return new FileIdentity(number(path, "dev"), number(path, "ino"));
    }

    /** The file that this process has open, also if no path names it any more. */
    public static FileIdentity of(int descriptor) throws IOException {
        return of(Path.of("/proc/self/fd", Integer.toString(descriptor)));
    }

    private static long number(Path path, String name) throws IOException {
        return Files.getAttribute(path, "unix:" + name) instanceof Long number ? number : -1;
    }
}
