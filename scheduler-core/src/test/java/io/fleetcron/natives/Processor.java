package io.fleetcron.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;

/** Where a thread runs; sched_getcpu(3) and sched_setaffinity(2). Thread-safe. */
public final class Processor {
    private static final int MASK = 1024 / Byte.SIZE; // sched.h: CPU_SETSIZE
    private static final int CALLING_THREAD = 0;

    static {
        Native.register(Processor.class, "c");
    }

    private Processor() {}

    /** The processor that the calling thread runs on at this moment. */
    public static int current() {
        return sched_getcpu();
    }

    /** Keeps the calling thread on one processor from now on, if the kernel permits it: it is only faster so. */
    public static void stayOn(int processor) {
        try (Memory mask = new Memory(MASK)) {
            mask.clear();
            if (processor >= 0 && processor < MASK * Byte.SIZE) {
                mask.setByte(processor / Byte.SIZE, (byte) (1 << processor % Byte.SIZE));
                sched_setaffinity(CALLING_THREAD, new NativeLong(MASK), mask);
            }
        }
    }

    private static native int sched_getcpu();

    private static native int sched_setaffinity(int thread, NativeLong size, Memory mask);
}
