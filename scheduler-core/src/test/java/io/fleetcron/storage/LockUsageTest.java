package io.fleetcron.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is counted of /proc/locks. */
class LockUsageTest {

    private static final List<String> LOCKS = List.of(
            "1: FLOCK  ADVISORY  WRITE 812 00:2d:1051 0 EOF",
            "1: -> FLOCK  ADVISORY  WRITE 813 00:2d:1051 0 EOF",
            "2: POSIX  ADVISORY  READ  812 00:2d:1051 0 7",
            "3: POSIX  ADVISORY  READ  812 00:2d:1052 8 9",
            "4: OFDLCK ADVISORY  WRITE -1 00:2d:1053 0 EOF",
            "5: LEASE  ACTIVE    READ  812 00:2d:1054 0 EOF",
            "6: FLOCK  ADVISORY  WRITE 812 00:2e:1051 0 EOF",
            "7: FLOCK  ADVISORY  WRITE 812 fd:00:1051 0 EOF");

    @Test
    void eachPairOfFileAndProcessCountsOnceAndWaitersDoNot() {
        assertEquals(3, LockUsage.pairs("00:2d", LOCKS));
        assertEquals(1, LockUsage.pairs("fd:00", LOCKS));
        assertEquals(0, LockUsage.pairs("00:2f", LOCKS));
    }

    @Test
    void aDeviceIsWrittenAsTheKernelWritesIt() {
        assertEquals("00:2d", LockUsage.device(0x2d));
        assertEquals("fd:00", LockUsage.device(0xfd00));
        assertEquals("08:101", LockUsage.device(0x100801), "minor numbers past 255 lie above the major one");
    }
}
