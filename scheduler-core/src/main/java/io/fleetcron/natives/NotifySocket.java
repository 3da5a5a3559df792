package io.fleetcron.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Datagrams to a Unix socket, which the JDK cannot send: one datagram, one socket. Stateless and thread-safe. */
public final class NotifySocket {
    // bits/socket.h, asm-generic/fcntl.h
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final int FAMILY = 2; // bytes of sun_family, unix(7)
    private static final int PATH = 108; // bytes of sun_path

    static {
        Native.register(NotifySocket.class, "c");
    }

    private NotifySocket() {}

    /**
     * Sends one datagram. May block while the receiver's queue is full.
     *
     * @param address a path, or {@code @} and a name in the abstract namespace, as in {@code NOTIFY_SOCKET} (sd_notify(3))
     * @throws ErrnoException such as ENOENT or ECONNREFUSED where nobody listens
     */
    public static void send(String address, String message) throws IOException {
        byte[] name = address.getBytes(StandardCharsets.UTF_8);
        if (name.length >= PATH) {
            throw new IOException("socket address longer than a Unix socket's can be: " + address);
        }
        byte[] content = message.getBytes(StandardCharsets.UTF_8);
        int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (descriptor == -1) {
            throw new ErrnoException("socket", Native.getLastError());
        }
        try (Memory target = address(name);
                Memory data = new Memory(content.length)) {
            data.write(0, content, 0, content.length);
            NativeLong length = new NativeLong(content.length);
            while (sendto(descriptor, data, length, MSG_NOSIGNAL, target, FAMILY + name.length)
                            .longValue()
                    == -1) {
                int errno = Native.getLastError();
                if (errno != Errno.EINTR) {
                    throw new ErrnoException("sendto", errno);
                }
            }
        } finally {
            LibC.close(descriptor);
        }
    }

    private static Memory address(byte[] name) {
        Memory target = new Memory(FAMILY + PATH);
        target.clear();
        target.setShort(0, (short) AF_UNIX);
        target.write(FAMILY, name, 0, name.length);
        if (name[0] == '@') {
            target.setByte(FAMILY, (byte) 0);
        }
        return target;
    }

    private static native int socket(int domain, int type, int protocol);

    private static native NativeLong sendto(
            int descriptor, Pointer data, NativeLong length, int flags, Pointer address, int addressLength);
}
