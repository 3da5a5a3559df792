package io.fleetcron.lock.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;

/** The boot-time clock, which never jumps and also passes while the machine is suspended. Thread-safe. */
public final class BootClock {
    private static final int CLOCK_BOOTTIME = 7; // linux/time.h
    private static final int TIMESPEC = 16; // time(7): two 64-bit fields
    private static final long NANOS = 1_000_000_000L;

    static {
        Native.register(BootClock.class, "c");
    }

    private BootClock() {}

    /** Nanoseconds since the machine started; clock_gettime(2). */
    public static long nanos() {
        try (Memory time = new Memory(TIMESPEC)) {
            if (clock_gettime(CLOCK_BOOTTIME, time) != 0) {
                throw new IllegalStateException("clock_gettime(CLOCK_BOOTTIME) failed: " + Native.getLastError());
            }
            return time.getLong(0) * NANOS + time.getLong(8);
        }
    }

    private static native int clock_gettime(int clock, Memory time);
}
