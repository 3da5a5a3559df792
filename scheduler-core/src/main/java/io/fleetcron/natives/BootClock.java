package io.fleetcron.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.time.Duration;

/** The kernel's clocks that nobody can set. Thread-safe. */
public final class BootClock {
    // linux/time.h
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_BOOTTIME = 7;
    private static final int TIMESPEC = 16; // time(7): two 64-bit fields
    private static final long NANOS = 1_000_000_000L;

    static {
        Native.register(BootClock.class, "c");
    }

    private BootClock() {}

    /** Nanoseconds since the machine started, those in which it was suspended included; clock_gettime(2). */
    public static long nanos() {
        return read(CLOCK_BOOTTIME);
    }

    /** Nanoseconds since the machine started, without those in which it was suspended: the clock that systemd logs by. */
    public static long awakeNanos() {
        return read(CLOCK_MONOTONIC);
    }

    /** The same as a duration. */
    public static Duration uptime() {
        return Duration.ofNanos(nanos());
    }

    private static long read(int clock) {
        try (Memory time = new Memory(TIMESPEC)) {
            if (clock_gettime(clock, time) != 0) {
                throw new IllegalStateException("clock_gettime(" + clock + ") failed: " + Native.getLastError());
            }
            return time.getLong(0) * NANOS + time.getLong(8);
        }
    }

    private static native int clock_gettime(int clock, Memory time);
}
