package io.fleetcron.lock.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.file.Path;

/**
 * Which file it is, by statx(2).
 *
 * @param device the file system
 * @param inode the file's number there
 */
public record FileNumbers(long device, long inode) {

    // linux/fcntl.h
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;

    // linux/stat.h: struct statx
    private static final int STATX_INO = 0x100;
    private static final int SIZE = 256;
    private static final int INODE = 32;
    private static final int DEVICE_MAJOR = 136;
    private static final int DEVICE_MINOR = 140;

    /** Apart from the others, because glibc has it only from 2.28 on. */
    private static final class Call {
        static {
            Native.register(Call.class, "c");
        }

        static native int statx(int directory, byte[] path, int flags, int mask, Pointer found);
    }

    /**
     * Of the file that a path names. A network file system answers from what it knows: of a name, what nfs(5) says of
     * directories; of the file itself nothing is asked, for its numbers never change.
     */
    public static FileNumbers of(Path path) throws ErrnoException {
        return statx(AT_FDCWD, path.toString(), 0);
    }

    /** Of an open file, also if no path names it any more. */
    public static FileNumbers of(int descriptor) throws ErrnoException {
        return statx(descriptor, "", AT_EMPTY_PATH);
    }

    private static FileNumbers statx(int directory, String path, int flags) throws ErrnoException {
        try (Memory found = new Memory(SIZE)) {
            if (Call.statx(directory, Descriptors.cString(path), flags | AT_STATX_DONT_SYNC, STATX_INO, found) == -1) {
                throw new ErrnoException("statx", Native.getLastError());
            }
            long device = (Integer.toUnsignedLong(found.getInt(DEVICE_MAJOR)) << 32)
                    | Integer.toUnsignedLong(found.getInt(DEVICE_MINOR));
            return new FileNumbers(device, found.getLong(INODE));
        }
    }
}
