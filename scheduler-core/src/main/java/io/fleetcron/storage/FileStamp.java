package io.fleetcron.storage;

import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.Errno;
import io.fleetcron.natives.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * By what a change of a file or directory is noticed without reading it. Two stamps of one path that are equal stand for one
 * content, unless somebody took pains to set every time back.
 *
 * @param inode which file it is
 * @param size in bytes
 * @param modified nanoseconds since 1970 at which its content was last changed
 * @param changed the same for its owner, mode and links as well
 */
public record FileStamp(long inode, long size, long modified, long changed) {

    /**
     * The stamp of what a path leads to now, as the file server has it: an NFS client's memory may be a minute old. Blocks on
     * storage.
     *
     * @return empty if it leads to nothing, or to nothing that can be reached
     */
    public static Optional<FileStamp> of(Path path) {
        try {
            List<Long> found = Descriptors.stamp(path);
            return Optional.of(new FileStamp(found.get(0), found.get(1), found.get(2), found.get(3)));
        } catch (ErrnoException e) {
            // EPERM: of a sandbox that is older than statx(2)
            return e.errno() == Errno.ENOSYS || e.errno() == Errno.EPERM ? byStat(path) : Optional.empty();
        }
    }

    private static Optional<FileStamp> byStat(Path path) {
        try {
            Map<String, Object> found = Files.readAttributes(path, "unix:ino,size,lastModifiedTime,ctime");
            return Optional.of(new FileStamp(
                    number(found, "ino"),
                    number(found, "size"),
                    number(found, "lastModifiedTime"),
                    number(found, "ctime")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static long number(Map<String, Object> attributes, String name) {
        Object found = attributes.get(name);
        if (found instanceof FileTime time) {
            return time.to(TimeUnit.NANOSECONDS);
        }
        return found instanceof Number number ? number.longValue() : -1;
    }
}
