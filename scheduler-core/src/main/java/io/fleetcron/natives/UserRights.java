package io.fleetcron.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/**
 * Touches files with the rights of another user, as file servers do: a thread of its own takes that user's numbers for
 * its accesses to files (setfsuid(2), which drops what root may do to others' files, too) and ends when it is done. The
 * system calls themselves change one thread; it is the C library that changes all, so it is not asked. Stateless.
 */
public final class UserRights {

    private static final boolean ARM = Platform.ARCH.toLowerCase(Locale.ROOT).startsWith("aarch64");

    // arch/x86/entry/syscalls/syscall_64.tbl; asm-generic/unistd.h for aarch64
    private static final long SYS_SETGROUPS = ARM ? 159 : 116;
    private static final long SYS_SETFSUID = ARM ? 151 : 122;
    private static final long SYS_SETFSGID = ARM ? 152 : 123;

    private static final int NOBODY = -1;
    private static final int ID_SIZE = 4;

    private UserRights() {}

    /** Something to do with files. */
    public interface Work<T> {
        /** Does it. */
        T run() throws IOException;
    }

    /** The kernel gives no thread, which to it is a process. */
    public static final class NoThreadException extends IOException {
        private static final long serialVersionUID = 1L;

        NoThreadException() {
            super(
                    "no thread can be made: this host or the agent's unit has reached its limit of processes; end some, or"
                            + " raise TasksMax=, RLIMIT_NPROC or pid_max");
        }
    }

    /**
     * Does it with that user's rights. For root only.
     *
     * @throws NoThreadException if that needs a thread more than this host allows
     * @throws IOException what the work throws, or EPERM if this process may not take those numbers
     */
    public static <T> T as(long uid, long gid, List<Long> groups, Work<T> work) throws IOException {
        return as(uid, gid, groups, work, task -> new Thread(task, "as-user"));
    }

    static <T> T as(long uid, long gid, List<Long> groups, Work<T> work, ThreadFactory threads) throws IOException {
        FutureTask<T> task = new FutureTask<>(() -> {
            become((int) uid, (int) gid, groups);
            return work.run();
        });
        Thread thread = threads.newThread(task);
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) { // so Java calls it when the kernel gives no thread
            throw new NoThreadException();
        }
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static void become(int uid, int gid, List<Long> groups) throws ErrnoException {
        try (Memory list = new Memory((long) ID_SIZE * Math.max(1, groups.size()))) {
            for (int i = 0; i < groups.size(); i++) {
                list.setInt((long) ID_SIZE * i, groups.get(i).intValue());
            }
            if (call(SYS_SETGROUPS, groups.size(), (Pointer) list) == -1) {
                throw new ErrnoException("setgroups", Native.getLastError());
            }
        }
        take("setfsgid", SYS_SETFSGID, gid);
        take("setfsuid", SYS_SETFSUID, uid);
    }

    /** These two report no error, only what was before: a second call, with a number that nobody has, tells. */
    private static void take(String name, long number, int id) throws ErrnoException {
        call(number, id);
        if (call(number, NOBODY) != id) {
            throw new ErrnoException(name, Errno.EPERM);
        }
    }

    private static int call(long number, Object... arguments) {
        return LibC.VARIADIC.syscall(new NativeLong(number), arguments).intValue();
    }
}
