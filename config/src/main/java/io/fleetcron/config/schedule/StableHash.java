package io.fleetcron.config.schedule;

import java.nio.charset.StandardCharsets;

/** A number that depends on a job's name and on nothing else: equal on every host, in every version. */
final class StableHash {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private StableHash() {}

    /**
     * A number from 0 (inclusive) to {@code bound} (exclusive).
     *
     * @param purpose makes the numbers of one job independent of each other
     */
    static int of(String jobName, String purpose, int bound) {
        // 64-bit FNV-1a, whose low bits are weak for short names; the two shift-multiply rounds spread them.
        long hash = FNV_OFFSET;
        for (byte b : (jobName + '\0' + purpose).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
        hash = (hash ^ (hash >>> 29)) * 0xbf58476d1ce4e5b9L;
        return (int) Long.remainderUnsigned(hash ^ (hash >>> 32), bound);
    }
}
