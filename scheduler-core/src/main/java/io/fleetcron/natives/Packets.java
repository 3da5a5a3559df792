package io.fleetcron.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;

/**
 * One end of a pair of connected sockets that keep packets apart: socketpair(2), {@code SOCK_SEQPACKET}. Sending and
 * receiving may happen at once, in one thread each; closing is for nobody else.
 */
public final class Packets implements AutoCloseable {
    // asm-generic/socket.h, linux/net.h
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final int MOST = 1024;

    private final int descriptor;
    private boolean closed;

    private Packets(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Two ends. Both are close-on-exec. */
    public static Packets[] pair() throws ErrnoException {
        try (Memory ends = new Memory(8)) {
            if (LibC.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1) {
                throw new ErrnoException("socketpair", Native.getLastError());
            }
            return new Packets[] {new Packets(ends.getInt(0)), new Packets(ends.getInt(4))};
        }
    }

    /** This end, for a child to inherit. */
    public int descriptor() {
        return descriptor;
    }

    /** Sends one byte; does nothing if the other end is gone. */
    public synchronized void send(char letter) {
        if (!closed) {
            try (Memory packet = new Memory(1)) {
                packet.setByte(0, (byte) letter);
                LibC.send(descriptor, packet, new NativeLong(1), MSG_DONTWAIT | MSG_NOSIGNAL);
            }
        }
    }

    /**
     * Waits for a packet.
     *
     * @param timeoutMillis how long at most
     * @return the packet; {@link #NOTHING} if none came by then, {@link #END} if none will: the other end is gone
     */
    public byte[] receive(int timeoutMillis) throws ErrnoException {
        if (Children.awaitFirst(new int[] {descriptor}, timeoutMillis) == -1) {
            return NOTHING;
        }
        try (Memory packet = new Memory(MOST)) {
            int got = LibC.recv(descriptor, packet, new NativeLong(MOST), MSG_DONTWAIT)
                    .intValue();
            if (got == -1) {
                int errno = Native.getLastError();
                if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
                    return NOTHING;
                }
                throw new ErrnoException("recv", errno);
            }
            return got == 0 ? END : packet.getByteArray(0, got);
        }
    }

    /** No packet, yet. */
    public static final byte[] NOTHING = {};

    /** No packet, ever. */
    public static final byte[] END = {};

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(descriptor);
        }
    }
}
