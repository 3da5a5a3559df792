package io.fleetcron.natives;

import java.util.Map;

/**
 * The error numbers that fleetcron may meet, as Linux numbers them on x86-64 and aarch64 alike
 * (asm-generic/errno-base.h, asm-generic/errno.h).
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int ESPIPE = 29;
    public static final int EROFS = 30;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOLCK = 37;
    public static final int ENOSYS = 38;
    public static final int ELOOP = 40;
    public static final int EOPNOTSUPP = 95;
    public static final int ETIMEDOUT = 110;
    public static final int EHOSTDOWN = 112;
    public static final int EHOSTUNREACH = 113;
    public static final int ESTALE = 116;
    public static final int EREMOTEIO = 121;
    public static final int EDQUOT = 122;

    private record Entry(String name, String meaning) {}

    private static final Map<Integer, Entry> ENTRIES = Map.ofEntries(
            entry(EPERM, "EPERM", "operation not permitted"),
            entry(ENOENT, "ENOENT", "no such file or directory"),
            entry(ESRCH, "ESRCH", "no such process"),
            entry(EINTR, "EINTR", "interrupted"),
            entry(EIO, "EIO", "input/output error; on NFS also: the server has given this lock away"),
            entry(EBADF, "EBADF", "bad descriptor, or not open for writing"),
            entry(ECHILD, "ECHILD", "not a child of this process"),
            entry(EAGAIN, "EAGAIN", "resource temporarily unavailable"),
            entry(ENOMEM, "ENOMEM", "out of memory"),
            entry(EACCES, "EACCES", "permission denied"),
            entry(EEXIST, "EEXIST", "file exists"),
            entry(EXDEV, "EXDEV", "on another file system"),
            entry(ENOTDIR, "ENOTDIR", "a part of the path is not a directory"),
            entry(EISDIR, "EISDIR", "is a directory"),
            entry(EINVAL, "EINVAL", "not supported by this file system or kernel"),
            entry(ENFILE, "ENFILE", "too many open files on this host"),
            entry(EMFILE, "EMFILE", "too many open files in this process; raise its limit (LimitNOFILE)"),
            entry(EFBIG, "EFBIG", "file too large"),
            entry(ENOSPC, "ENOSPC", "no space left on the file system"),
            entry(ESPIPE, "ESPIPE", "a pipe has no offset"),
            entry(EROFS, "EROFS", "the file system is read-only"),
            entry(ENAMETOOLONG, "ENAMETOOLONG", "file name too long"),
            entry(ENOLCK, "ENOLCK", "no locks available on the server or this host"),
            entry(ENOSYS, "ENOSYS", "this kernel does not know the call"),
            entry(ELOOP, "ELOOP", "too many symbolic links"),
            entry(EOPNOTSUPP, "EOPNOTSUPP", "not supported by this file system"),
            entry(ETIMEDOUT, "ETIMEDOUT", "the server did not answer"),
            entry(EHOSTDOWN, "EHOSTDOWN", "the server is down"),
            entry(EHOSTUNREACH, "EHOSTUNREACH", "the server cannot be reached"),
            entry(ESTALE, "ESTALE", "stale file handle: the file or the export is gone on the server"),
            entry(EREMOTEIO, "EREMOTEIO", "the server reported an error of its own"),
            entry(EDQUOT, "EDQUOT", "quota exceeded; EFS answers so past its lock and open-file quotas"));

    private Errno() {}

    /** The symbolic name, such as {@code EIO}; {@code errno 999} for a number not listed here. */
    public static String name(int errno) {
        Entry entry = ENTRIES.get(errno);
        return entry == null ? "errno " + errno : entry.name();
    }

    /** What it means here, in a few words. */
    public static String meaning(int errno) {
        Entry entry = ENTRIES.get(errno);
        return entry == null ? "see errno(3)" : entry.meaning();
    }

    private static Map.Entry<Integer, Entry> entry(int number, String name, String meaning) {
        return Map.entry(number, new Entry(name, meaning));
    }
}
