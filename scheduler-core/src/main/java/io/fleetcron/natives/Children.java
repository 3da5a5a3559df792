package io.fleetcron.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Processes with chosen descriptors, which {@link ProcessBuilder} cannot start: it closes everything from 3 up.
 * Stateless and thread-safe.
 */
public final class Children {
    // bits/spawn.h (glibc)
    private static final short POSIX_SPAWN_SETSIGDEF = 0x04;
    private static final short POSIX_SPAWN_SETSIGMASK = 0x08;
    private static final short POSIX_SPAWN_SETSID = 0x80;

    // Larger than glibc's posix_spawnattr_t (336), posix_spawn_file_actions_t (80) and sigset_t (128).
    private static final int OPAQUE = 512;

    // asm-generic/fcntl.h
    private static final int O_RDWR = 2;

    private static final short POLLIN = 1; // asm-generic/poll.h
    private static final int POLLFD_SIZE = 8; // poll(2): int fd, short events, short revents

    private static final int PRIO_PROCESS = 0; // sys/resource.h

    private Children() {}

    /** The scheduling priority of the calling thread, which its children inherit; getpriority(2). */
    public static int priority() {
        return LibC.getpriority(PRIO_PROCESS, 0);
    }

    /**
     * posix_spawn(3) in a new session, with an empty environment, every signal at its default and none blocked, standard
     * input, output and error on /dev/null.
     *
     * @param program its path
     * @param argv its words, the first of which is its name
     * @param descriptors further descriptors: number in the child to number here, none below 3; every other one
     *     is closed there
     * @return the process id; {@link #reap} it when it is over
     * @throws IOException if a string holds a NUL, or the process could not be started
     */
    public static int spawn(String program, List<String> argv, Map<Integer, Integer> descriptors) throws IOException {
        IntByReference pid = new IntByReference();
        try (Memory actions = zeroed(OPAQUE);
                Memory attributes = zeroed(OPAQUE);
                StringVector argvBlock = StringVector.of(argv);
                StringVector envBlock = StringVector.of(List.of())) {
            check("posix_spawn_file_actions_init", LibC.posix_spawn_file_actions_init(actions));
            check("posix_spawnattr_init", LibC.posix_spawnattr_init(attributes));
            try {
                prepareDescriptors(actions, descriptors);
                prepareSignals(attributes);
                check(
                        "posix_spawn",
                        LibC.posix_spawn(
                                pid,
                                Descriptors.cString(program),
                                actions,
                                attributes,
                                argvBlock.pointer(),
                                envBlock.pointer()));
            } finally {
                LibC.posix_spawnattr_destroy(attributes);
                LibC.posix_spawn_file_actions_destroy(actions);
            }
        }
        return pid.getValue();
    }

    /**
     * Waits by poll(2) until one of the descriptors has something to say: a pidfd, that its process is over; a pipe, that
     * something is in it.
     *
     * @param timeoutMillis how long at most
     * @return the index of the first that has, -1 if none had by then
     */
    public static int awaitFirst(int[] descriptors, int timeoutMillis) throws ErrnoException {
        try (Memory poll = zeroed(POLLFD_SIZE * descriptors.length)) {
            for (int i = 0; i < descriptors.length; i++) {
                poll.setInt((long) POLLFD_SIZE * i, descriptors[i]);
                poll.setShort((long) POLLFD_SIZE * i + 4, POLLIN);
            }
            int ready = LibC.poll(poll, new NativeLong(descriptors.length), timeoutMillis);
            if (ready == -1 && Native.getLastError() != Errno.EINTR) {
                throw new ErrnoException("poll", Native.getLastError());
            }
            for (int i = 0; ready > 0 && i < descriptors.length; i++) {
                if (poll.getShort((long) POLLFD_SIZE * i + 6) != 0) {
                    return i;
                }
            }
            return -1;
        }
    }

    /**
     * waitpid(2) on a child.
     *
     * @return its exit status, 128 + n if signal n ended it
     * @throws ErrnoException with ECHILD if it is not a child of this process, or reaped already
     */
    public static int reap(int pid) throws ErrnoException {
        IntByReference status = new IntByReference();
        while (LibC.waitpid(pid, status, 0) == -1) {
            int errno = Native.getLastError();
            if (errno != Errno.EINTR) {
                throw new ErrnoException("waitpid", errno);
            }
        }
        int raw = status.getValue();
        int signal = raw & 0x7f;
        return signal == 0 ? (raw >> 8) & 0xff : 128 + signal;
    }

    private static void prepareDescriptors(Memory actions, Map<Integer, Integer> descriptors) throws IOException {
        int highest = descriptors.keySet().stream().reduce(2, Math::max);
        Map<Integer, Integer> sources = outOfTheWay(actions, descriptors, highest);
        byte[] nothing = Descriptors.cString("/dev/null");
        check(
                "posix_spawn_file_actions_addopen",
                LibC.posix_spawn_file_actions_addopen(actions, 0, nothing, O_RDWR, 0));
        dup(actions, 0, 1);
        dup(actions, 0, 2);
        for (Map.Entry<Integer, Integer> entry : sources.entrySet()) {
            dup(actions, entry.getValue(), entry.getKey());
        }
        CloseFrom.add(actions, highest + 1);
    }

    /** One that is called here what another is to be called in the child would be overwritten before it is its turn. */
    private static Map<Integer, Integer> outOfTheWay(Memory actions, Map<Integer, Integer> descriptors, int highest)
            throws IOException {
        Map<Integer, Integer> sources = new HashMap<>(descriptors);
        int spare = descriptors.values().stream().reduce(highest, Math::max) + 1;
        for (Map.Entry<Integer, Integer> entry : sources.entrySet()) {
            if (entry.getValue() <= highest) {
                dup(actions, entry.getValue(), spare);
                entry.setValue(spare);
                spare++;
            }
        }
        return sources;
    }

    private static void dup(Memory actions, int from, int to) throws ErrnoException {
        check("posix_spawn_file_actions_adddup2", LibC.posix_spawn_file_actions_adddup2(actions, from, to));
    }

    private static void prepareSignals(Memory attributes) throws ErrnoException {
        try (Memory all = zeroed(OPAQUE);
                Memory none = zeroed(OPAQUE)) {
            LibC.sigfillset(all);
            check("posix_spawnattr_setsigdefault", LibC.posix_spawnattr_setsigdefault(attributes, all));
            check("posix_spawnattr_setsigmask", LibC.posix_spawnattr_setsigmask(attributes, none));
        }
        short flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
        check("posix_spawnattr_setflags", LibC.posix_spawnattr_setflags(attributes, flags));
    }

    private static void check(String call, int result) throws ErrnoException {
        if (result != 0) {
            throw new ErrnoException(call, result);
        }
    }

    private static Memory zeroed(int size) {
        Memory memory = new Memory(size);
        memory.clear();
        return memory;
    }

    /** A NULL-terminated array of C strings in one block. */
    private record StringVector(Memory block) implements AutoCloseable {
        static StringVector of(List<String> strings) throws IOException {
            List<byte[]> encoded = strings.stream().map(Descriptors::cString).toList();
            for (int i = 0; i < strings.size(); i++) {
                if (strings.get(i).indexOf('\0') >= 0) {
                    throw new IOException("word " + (i + 1) + " holds a NUL character, which no process can be given");
                }
            }
            long table = (long) Native.POINTER_SIZE * (encoded.size() + 1);
            Memory block =
                    new Memory(table + encoded.stream().mapToLong(b -> b.length).sum());
            long at = table;
            for (int i = 0; i < encoded.size(); i++) {
                byte[] bytes = encoded.get(i);
                block.write(at, bytes, 0, bytes.length);
                block.setPointer((long) i * Native.POINTER_SIZE, block.share(at));
                at += bytes.length;
            }
            block.setPointer((long) encoded.size() * Native.POINTER_SIZE, Pointer.NULL);
            return new StringVector(block);
        }

        Pointer pointer() {
            return block;
        }

        @Override
        public void close() {
            block.close();
        }
    }
}
