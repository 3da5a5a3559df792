package io.fleetcron.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Opens files below a directory by names that others may have made: no link is followed, on no component, and the
 * directory and its file system are not left. By openat2(2), Linux 5.6; where the kernel or its sandbox does not know
 * that call, component by component. Stateless and thread-safe.
 */
public final class Beneath {

    /** What a file is opened for. All are close-on-exec. */
    public enum Access {
        /** To look at it: nothing happens to what is there, not even to a device. Read and written after {@link #reopen}. */
        LOOK,
        /** To read. Never waits, not even for the other end of a pipe. */
        READ,
        /** To read and write what exists. */
        WRITE,
        /** To read and write a file that must not exist yet, for its owner alone. */
        CREATE,
        /** A directory, to name what is in it. */
        DIRECTORY,
        /** A directory, to list it: an NFS client asks the server for its newest state (close-to-open, nfs(5)). */
        LISTING
    }

    // linux/openat2.h
    private static final long NO_XDEV = 0x01;
    private static final long NO_MAGICLINKS = 0x02;
    private static final long NO_SYMLINKS = 0x04;
    private static final long BENEATH = 0x08;
    private static final int HOW_SIZE = 24; // struct open_how: three numbers of 64 bits

    /** asm-generic/unistd.h and arch/x86/entry/syscalls/syscall_64.tbl alike. */
    private static final long SYS_OPENAT2 = 437;

    private static final long SYS_OPENAT_X86 = 257;
    private static final long SYS_OPENAT_ARM = 56;

    // asm-generic/fcntl.h; two differ on aarch64 (arch/arm64/include/uapi/asm/fcntl.h).
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_NOCTTY = 0400;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;
    private static final int O_DIRECTORY_X86 = 0200000;
    private static final int O_DIRECTORY_ARM = 040000;
    private static final int O_NOFOLLOW_X86 = 0400000;
    private static final int O_NOFOLLOW_ARM = 0100000;
    private static final int AT_FDCWD = -100;

    private static final int TYPE = 0170000; // inode(7)
    private static final int LINK = 0120000;

    private static final int MOST_TRIES = 100;

    private static final int OWNER_ALONE = 0600;

    private Beneath() {}

    /** Opens the directory that others are opened below, by its trusted path. */
    public static int root(Path directory) throws ErrnoException {
        return openat(AT_FDCWD, directory.toString(), O_PATH | O_CLOEXEC | directoryFlag(), 0);
    }

    /**
     * Opens a file below {@code root}.
     *
     * @param relative its path from there, without {@code ..}; {@code .} for the directory itself
     * @param direct with O_DIRECT
     * @throws ErrnoException with ELOOP for a link on the way or at its end, EXDEV for another file system
     */
    public static int open(int root, Path relative, Access access, boolean direct) throws ErrnoException {
        try {
            return openat2(root, relative.toString(), flags(access, direct), mode(access));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOSYS || e.errno() == Errno.EPERM) { // EPERM: of a sandbox that is older
                return byComponents(root, relative, access, direct);
            }
            throw e;
        }
    }

    /** As {@link #open}, without openat2(2). */
    static int byComponents(int root, Path relative, Access access, boolean direct) throws ErrnoException {
        String mount = mount(root);
        int at = root;
        try {
            int last = relative.getNameCount() - 1;
            for (int i = 0; i < last; i++) {
                int next = openat(at, name(relative, i), O_PATH | O_CLOEXEC | directoryFlag() | noFollowFlag(), 0);
                if (at != root) {
                    Descriptors.close(at);
                }
                at = next;
                requireMount(mount, at);
            }
            int opened = openat(at, name(relative, last), flags(access, direct) | noFollowFlag(), mode(access));
            try {
                requireMount(mount, opened);
                if (access == Access.LOOK && isLink(opened)) { // O_PATH opens the link itself, open(2)
                    throw new ErrnoException("open", Errno.ELOOP);
                }
                return opened;
            } catch (ErrnoException e) {
                Descriptors.close(opened);
                throw e;
            }
        } finally {
            if (at != root) {
                Descriptors.close(at);
            }
        }
    }

    /** Opens what {@link Access#LOOK} opened, whatever has its name by now. */
    public static int reopen(int descriptor, Access access, boolean direct) throws ErrnoException {
        return openat(AT_FDCWD, "/proc/self/fd/" + descriptor, flags(access, direct), mode(access));
    }

    private static boolean isLink(int descriptor) throws ErrnoException {
        try {
            Object mode = Files.getAttribute(Path.of("/proc/self/fd", Integer.toString(descriptor)), "unix:mode");
            return ((Integer) mode & TYPE) == LINK;
        } catch (IOException e) {
            throw new ErrnoException("open", Errno.ELOOP); // not known to be none
        }
    }

    private static void requireMount(String mount, int descriptor) throws ErrnoException {
        if (!mount(descriptor).equals(mount)) {
            throw new ErrnoException("open", Errno.EXDEV);
        }
    }

    /** The mount that an open file is on, as proc(5) numbers it: what RESOLVE_NO_XDEV compares. Asks no file server. */
    private static String mount(int descriptor) throws ErrnoException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/fdinfo", Integer.toString(descriptor)))) {
            return lines.filter(line -> line.startsWith("mnt_id:")).findFirst().orElse("");
        } catch (IOException e) {
            throw new ErrnoException("open", Errno.EXDEV); // not known to be the same
        }
    }

    /** With O_DIRECTORY, a link is answered by ENOTDIR, open(2): to the caller it is as good as ELOOP. */
    private static String name(Path relative, int index) throws ErrnoException {
        String name = relative.getName(index).toString();
        if (name.equals("..")) {
            throw new ErrnoException("open", Errno.EXDEV);
        }
        return name;
    }

    private static int openat2(int root, String relative, int flags, int mode) throws ErrnoException {
        byte[] path = Descriptors.cString(relative);
        try (Memory how = new Memory(HOW_SIZE)) {
            how.setLong(0, flags);
            how.setLong(8, mode);
            how.setLong(16, BENEATH | NO_SYMLINKS | NO_MAGICLINKS | NO_XDEV);
            return repeat("open", SYS_OPENAT2, root, path, how, new NativeLong(HOW_SIZE));
        }
    }

    private static int openat(int at, String name, int flags, int mode) throws ErrnoException {
        return repeat("open", isArm() ? SYS_OPENAT_ARM : SYS_OPENAT_X86, at, Descriptors.cString(name), flags, mode);
    }

    /** EAGAIN: a directory was renamed during the walk, openat2(2). */
    private static int repeat(String call, long number, Object... arguments) throws ErrnoException {
        int tries = 0;
        while (true) {
            int result =
                    LibC.VARIADIC.syscall(new NativeLong(number), arguments).intValue();
            if (result != -1) {
                return result;
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR && (errno != Errno.EAGAIN || tries++ >= MOST_TRIES)) {
                throw new ErrnoException(call, errno);
            }
        }
    }

    private static int flags(Access access, boolean direct) {
        int own = switch (access) {
            case LOOK -> O_PATH;
            case READ -> O_NONBLOCK | O_NOCTTY;
            case WRITE -> O_RDWR | O_NOCTTY;
            case CREATE -> O_RDWR | O_CREAT | O_EXCL;
            case DIRECTORY -> O_PATH | directoryFlag();
            case LISTING -> directoryFlag();
        };
        return own | O_CLOEXEC | (direct ? Descriptors.directFlag() : 0);
    }

    private static int mode(Access access) {
        return access == Access.CREATE ? OWNER_ALONE : 0;
    }

    private static int directoryFlag() {
        return isArm() ? O_DIRECTORY_ARM : O_DIRECTORY_X86;
    }

    private static int noFollowFlag() {
        return isArm() ? O_NOFOLLOW_ARM : O_NOFOLLOW_X86;
    }

    private static boolean isArm() {
        return Platform.ARCH.toLowerCase(Locale.ROOT).startsWith("aarch64");
    }
}
