package io.fleetcron.lock.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The kernel's clocks that nobody can set. Thread-safe. */
public final class BootClock {
    // linux/time.h
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_BOOTTIME = 7;
    private static final int TIMESPEC = 16; // time(7): two 64-bit fields
    private static final long NANOS = 1_000_000_000L;
    private static final Path UPTIME = Path.of("/proc/uptime");

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

    /**
     * The time since boot as a shell script reads it, /proc/uptime, cut to hundredths of a second. In a container that
     * is shown an uptime of its own it is not the same clock as {@link #nanos}.
     *
     * @throws IllegalStateException without a readable /proc
     */
    public static Duration uptime() {
        try {
            String seconds = Files.readString(UPTIME).split(" ")[0];
            return Duration.ofMillis(Long.parseLong(seconds.replace(".", "")) * 10);
        } catch (IOException e) {
            throw new IllegalStateException("/proc is not mounted; fleetcron needs it", e);
        }
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
