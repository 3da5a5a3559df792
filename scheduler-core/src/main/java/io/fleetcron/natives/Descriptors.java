package io.fleetcron.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Open files by their number: what java.nio does not offer. Stateless and thread-safe; using a descriptor after
 * {@link #close} is the caller's error.
 */
public final class Descriptors {
    // asm-generic/fcntl.h; O_DIRECT and O_DIRECTORY differ on aarch64 (arch/arm64/include/uapi/asm/fcntl.h).
    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_NOCTTY = 0400;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_DIRECT_X86 = 040000;
    private static final int O_DIRECT_ARM = 0200000;
    private static final int O_PATH = 010000000;

    // asm-generic/fcntl.h
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;

    // linux/memfd.h, linux/fcntl.h
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_SEAL_ALL = 0xf; // seal, shrink, grow, write

    // statx(2): linux/fcntl.h, linux/stat.h; its number is in asm/unistd_64.h and asm-generic/unistd.h.
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_FORCE_SYNC = 0x2000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_MTIME = 0x40;
    private static final int STATX_CTIME = 0x80;
    private static final int STATX_INO = 0x100;
    private static final int STATX_BYTES = 0x200;
    private static final int STATX_SIZE = 256;
    private static final int BLOCK = 512;
    private static final long SYS_STATX_X86 = 332;
    private static final long SYS_STATX_ARM = 291;

    // pidfd_open(2), pidfd_getfd(2), pidfd_send_signal(2): asm-generic/unistd.h, the same on x86-64 and aarch64.
    private static final long SYS_PIDFD_SEND_SIGNAL = 424;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final long SYS_PIDFD_GETFD = 438;

    private Descriptors() {}

    /**
     * Opens an existing file for reading and writing, close-on-exec.
     *
     * @param direct with O_DIRECT: every read comes from the server, every write goes to it
     * @throws ErrnoException with ENOENT if no such file exists
     */
    public static int open(Path file, boolean direct) throws ErrnoException {
        return open(file, O_RDWR | O_CLOEXEC | (direct ? directFlag() : 0), 0);
    }

    /**
     * Creates a file readable and writable by its owner only, and opens it as {@link #open} does.
     *
     * @throws ErrnoException with EEXIST if the file is there already
     */
    public static int create(Path file, boolean direct) throws ErrnoException {
        return open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | (direct ? directFlag() : 0), 0600);
    }

    /** Opens whatever is there for reading, close-on-exec. Never waits, not even for the other end of a pipe. */
    public static int openToRead(Path file) throws ErrnoException {
        return open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
    }

    /** Opens whatever is there only to look at it, close-on-exec: nothing happens to it, not even to a pipe. */
    public static int openToLook(Path file) throws ErrnoException {
        return open(file, O_PATH | O_CLOEXEC, 0);
    }

    /** Opens a directory for {@link #fsync}. */
    public static int openDirectory(Path directory) throws ErrnoException {
        return open(directory, O_RDONLY | O_CLOEXEC, 0);
    }

    /** close(2), once: on Linux the descriptor is gone whatever the call returns. */
    public static void close(int descriptor) {
        LibC.close(descriptor);
    }

    /**
     * flock(2) for exclusive use, without waiting.
     *
     * @return false if another open file description holds the lock
     */
    public static boolean tryLock(int descriptor) throws ErrnoException {
        while (LibC.flock(descriptor, LOCK_EX | LOCK_NB) == -1) {
            int errno = Native.getLastError();
            if (errno == Errno.EAGAIN) { // EWOULDBLOCK is the same number
                return false;
            }
            failUnlessInterrupted("flock", errno);
        }
        return true;
    }

    /** flock(2), LOCK_UN: for each process that shares the open file description. */
    public static void unlock(int descriptor) throws ErrnoException {
        while (LibC.flock(descriptor, LOCK_UN) == -1) {
            failUnlessInterrupted("flock", Native.getLastError());
        }
    }

    /** pread(2) until {@code length} bytes are read or the file ends. */
    public static byte[] read(int descriptor, long offset, int length) throws ErrnoException {
        if (length == 0) {
            return new byte[0];
        }
        try (Memory memory = unaligned(length)) {
            Pointer buffer = memory.align(BLOCK);
            int done = 0;
            while (done < length) {
                int n = LibC.pread(descriptor, buffer.share(done), new NativeLong((long) length - done), offset + done)
                        .intValue();
                if (n == 0) {
                    break;
                }
                if (n == -1) {
                    failUnlessInterrupted("pread", Native.getLastError());
                } else {
                    done += n;
                }
            }
            return buffer.getByteArray(0, done);
        }
    }

    /** One pread(2): of a regular file, fewer bytes than asked for mean that it ends there. */
    public static byte[] readOnce(int descriptor, long offset, int length) throws ErrnoException {
        try (Memory memory = unaligned(length)) {
            Pointer buffer = memory.align(BLOCK);
            while (true) {
                int n = LibC.pread(descriptor, buffer, new NativeLong(length), offset)
                        .intValue();
                if (n != -1) {
                    return buffer.getByteArray(0, n);
                }
                failUnlessInterrupted("pread", Native.getLastError());
            }
        }
    }

    /** pwrite(2) until all of {@code data} is written; not yet on stable storage. */
    public static void write(int descriptor, long offset, byte[] data) throws ErrnoException {
        if (data.length == 0) {
            return;
        }
        try (Memory memory = unaligned(data.length)) {
            Pointer buffer = memory.align(BLOCK);
            buffer.write(0, data, 0, data.length);
            int done = 0;
            while (done < data.length) {
                int n = LibC.pwrite(
                                descriptor,
                                buffer.share(done),
                                new NativeLong((long) data.length - done),
                                offset + done)
                        .intValue();
                if (n == -1) {
                    failUnlessInterrupted("pwrite", Native.getLastError());
                } else {
                    done += n;
                }
            }
        }
    }

    /** fdatasync(2). */
    public static void fdatasync(int descriptor) throws ErrnoException {
        while (LibC.fdatasync(descriptor) == -1) {
            failUnlessInterrupted("fdatasync", Native.getLastError());
        }
    }

    /** fsync(2). */
    public static void fsync(int descriptor) throws ErrnoException {
        while (LibC.fsync(descriptor) == -1) {
            failUnlessInterrupted("fsync", Native.getLastError());
        }
    }

    /** Opens a file only to name it, close-on-exec: to execute it, whatever its path names later. */
    public static int openToExecute(Path file) throws ErrnoException {
        return open(file, O_PATH | O_CLOEXEC, 0);
    }

    /** Memory that a child can read and nobody can change any more: memfd_create(2), close-on-exec. */
    public static int sealed(String name, byte[] content) throws ErrnoException {
        int descriptor = LibC.memfd_create(cString(name), MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (descriptor == -1) {
            throw new ErrnoException("memfd_create", Native.getLastError());
        }
        try {
            write(descriptor, 0, content);
            if (LibC.VARIADIC.fcntl(descriptor, F_ADD_SEALS, F_SEAL_ALL) == -1) {
                throw new ErrnoException("fcntl", Native.getLastError());
            }
            return descriptor;
        } catch (ErrnoException e) {
            close(descriptor);
            throw e;
        }
    }

    /**
     * pidfd_send_signal(2), Linux 5.1.
     *
     * @throws ErrnoException with ESRCH if the process is over
     */
    public static void signal(int pidfd, int signal) throws ErrnoException {
        syscall("pidfd_send_signal", SYS_PIDFD_SEND_SIGNAL, pidfd, signal, new NativeLong(0), 0);
    }

    /** pidfd_open(2), Linux 5.3: a descriptor that names the process, even once its number is used again. */
    public static int pidfdOpen(int pid) throws ErrnoException {
        return syscall("pidfd_open", SYS_PIDFD_OPEN, pid, 0);
    }

    /** pidfd_getfd(2), Linux 5.6: another process' open file description as a close-on-exec descriptor here. */
    public static int pidfdGetfd(int pidfd, int descriptor) throws ErrnoException {
        return syscall("pidfd_getfd", SYS_PIDFD_GETFD, pidfd, descriptor, 0);
    }

    /**
     * Which file a path names: its file system and its number there. An NFS client sends nothing about the file itself, and
     * looks the name up again once what it knows of the directory is too old: 30 to 60 s, acdirmin in nfs(5).
     *
     * @throws ErrnoException with ENOENT if no such file exists; with ENOSYS or, in a sandbox that is older, EPERM where
     *     statx(2), Linux 4.11, is not known
     */
    public static List<Long> identity(Path file) throws ErrnoException {
        return identity(AT_FDCWD, file.toString(), AT_SYMLINK_NOFOLLOW);
    }

    /** As {@link #identity(Path)}, of the file that is open, also if no path names it any more. */
    public static List<Long> identity(int descriptor) throws ErrnoException {
        return identity(descriptor, "", AT_EMPTY_PATH);
    }

    private static List<Long> identity(int at, String path, int flags) throws ErrnoException {
        try (Memory found = new Memory(STATX_SIZE)) {
            statx(at, path, flags | AT_STATX_DONT_SYNC, STATX_INO, found);
            // struct statx: stx_dev_major and stx_dev_minor, stx_ino
            return List.of(found.getLong(136), found.getLong(32));
        }
    }

    /**
     * What changes with a file or directory, links followed: its number, size in bytes, and the nanoseconds since 1970 of its
     * last modification and of the last change of its inode. An NFS client asks the server, whatever it remembers.
     *
     * @throws ErrnoException with ENOENT if no such file exists; else as {@link #identity(Path)}
     */
    public static List<Long> stamp(Path file) throws ErrnoException {
        try (Memory found = new Memory(STATX_SIZE)) {
            int wanted = STATX_MTIME | STATX_CTIME | STATX_INO | STATX_BYTES;
            statx(AT_FDCWD, file.toString(), AT_STATX_FORCE_SYNC, wanted, found);
            // struct statx: stx_ino, stx_size, stx_mtime and stx_ctime
            return List.of(found.getLong(32), found.getLong(40), nanos(found, 112), nanos(found, 96));
        }
    }

    private static long nanos(Memory found, int offset) {
        return found.getLong(offset) * 1_000_000_000L + found.getInt(offset + 8);
    }

    private static void statx(int at, String path, int flags, int wanted, Memory found) throws ErrnoException {
        syscall("statx", isArm() ? SYS_STATX_ARM : SYS_STATX_X86, at, cString(path), flags, wanted, found);
    }

    /**
     * Room for so many bytes from the first multiple of {@link #BLOCK} on. A disk under O_DIRECT may refuse a block that
     * begins in one page of memory and ends in another with EINVAL, open(2); NFS takes any.
     */
    private static Memory unaligned(int length) {
        return new Memory(length + BLOCK - 1L);
    }

    static byte[] cString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static int open(Path file, int flags, int mode) throws ErrnoException {
        byte[] path = cString(file.toString());
        while (true) {
            int descriptor = LibC.VARIADIC.open(path, flags, mode);
            if (descriptor != -1) {
                return descriptor;
            }
            failUnlessInterrupted("open", Native.getLastError());
        }
    }

    private static int syscall(String name, long number, Object... arguments) throws ErrnoException {
        int result = LibC.VARIADIC.syscall(new NativeLong(number), arguments).intValue();
        if (result == -1) {
            throw new ErrnoException(name, Native.getLastError());
        }
        return result;
    }

    private static void failUnlessInterrupted(String call, int errno) throws ErrnoException {
        if (errno != Errno.EINTR) {
            throw new ErrnoException(call, errno);
        }
    }

    static int directFlag() {
        return isArm() ? O_DIRECT_ARM : O_DIRECT_X86;
    }

    private static boolean isArm() {
        return Platform.ARCH.toLowerCase(Locale.ROOT).startsWith("aarch64");
    }
}
