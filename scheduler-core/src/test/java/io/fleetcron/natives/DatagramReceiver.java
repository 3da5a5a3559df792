package io.fleetcron.natives;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/** The other end of {@link NotifySocket}, as systemd has it. */
public final class DatagramReceiver implements AutoCloseable {

    private static final LibC LIB = Native.load("c", LibC.class);
    private static final int LONGEST = 4096;

    private final int descriptor;

    /** The calls of the C library that a receiver needs. */
    public interface LibC extends Library {
        int socket(int domain, int type, int protocol);

        int bind(int descriptor, Pointer address, int length);

        int setsockopt(int descriptor, int level, int option, Pointer value, int length);

        NativeLong recv(int descriptor, Pointer buffer, NativeLong length, int flags);

        int close(int descriptor);
    }

    /** Listens at a path, or at {@code @} and a name; {@link #next} waits 20 s at most. */
    public DatagramReceiver(String address) {
        descriptor = LIB.socket(1, 2, 0);
        byte[] name = address.getBytes(StandardCharsets.UTF_8);
        try (Memory target = new Memory(110);
                Memory patience = new Memory(16)) {
            target.clear();
            target.setShort(0, (short) 1);
            target.write(2, name, 0, name.length);
            if (name[0] == '@') {
                target.setByte(2, (byte) 0);
            }
            patience.setLong(0, 20);
            patience.setLong(8, 0);
            if (LIB.bind(descriptor, target, 2 + name.length) != 0
                    || LIB.setsockopt(descriptor, 1, 20, patience, 16) != 0) { // SOL_SOCKET, SO_RCVTIMEO
                throw new IllegalStateException("no socket " + address);
            }
        }
    }

    /** The next datagram. */
    public String next() {
        try (Memory buffer = new Memory(LONGEST)) {
            int length =
                    LIB.recv(descriptor, buffer, new NativeLong(LONGEST), 0).intValue();
            if (length < 0) {
                throw new AssertionError("no datagram came");
            }
            return new String(buffer.getByteArray(0, length), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        LIB.close(descriptor);
    }
}
