package io.fleetcron.natives;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;

/**
 * The C library as it is. Every method returns what the call returns; after -1 ask {@link Native#getLastError()} in
 * the same thread. (A method that declares {@code LastErrorException} would throw whenever errno happens to be set,
 * also after a success.)
 */
final class LibC {
    /** The variadic functions: direct mapping cannot call those. */
    interface Variadic extends Library {
        /** open(2). */
        int open(byte[] path, int flags, Object... mode);

        /** fcntl(2). */
        int fcntl(int descriptor, int command, Object... argument);

        /** syscall(2). */
        NativeLong syscall(NativeLong number, Object... arguments);
    }

    static final Variadic VARIADIC = Native.load("c", Variadic.class);

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    /** close(2). */
    static native int close(int descriptor);

    /** flock(2). */
    static native int flock(int descriptor, int operation);

    /** pread(2); the buffer is native memory so that a large read is not copied twice. */
    static native NativeLong pread(int descriptor, Pointer buffer, NativeLong length, long offset);

    /** pwrite(2). */
    static native NativeLong pwrite(int descriptor, Pointer buffer, NativeLong length, long offset);

    /** fdatasync(2). */
    static native int fdatasync(int descriptor);

    /** fsync(2). */
    static native int fsync(int descriptor);

    /** getpriority(2). For the calling process it cannot fail. */
    static native int getpriority(int which, int who);

    /** socketpair(2). */
    static native int socketpair(int domain, int type, int protocol, Pointer ends);

    /** send(2). */
    static native NativeLong send(int socket, Pointer buffer, NativeLong length, int flags);

    /** recv(2). */
    static native NativeLong recv(int socket, Pointer buffer, NativeLong length, int flags);

    /** memfd_create(2). */
    static native int memfd_create(byte[] name, int flags);

    /** poll(2), of so many {@code struct pollfd}. */
    static native int poll(Pointer descriptors, NativeLong count, int timeoutMillis);

    /** waitpid(2). */
    static native int waitpid(int pid, IntByReference status, int options);

    /** posix_spawn(3). It and its companions return the error number instead of setting errno. */
    static native int posix_spawn(
            IntByReference pid, byte[] path, Pointer actions, Pointer attributes, Pointer argv, Pointer envp);

    static native int posix_spawn_file_actions_init(Pointer actions);

    static native int posix_spawn_file_actions_destroy(Pointer actions);

    static native int posix_spawn_file_actions_addopen(Pointer actions, int fd, byte[] path, int flags, int mode);

    static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

    static native int posix_spawnattr_init(Pointer attributes);

    static native int posix_spawnattr_destroy(Pointer attributes);

    static native int posix_spawnattr_setflags(Pointer attributes, short flags);

    static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer set);

    static native int posix_spawnattr_setsigdefault(Pointer attributes, Pointer set);

    /** sigfillset(3). */
    static native int sigfillset(Pointer set);
}
