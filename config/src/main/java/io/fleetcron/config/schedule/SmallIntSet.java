package io.fleetcron.config.schedule;

/** Small sets of numbers from 0 to 63. */
final class SmallIntSet {

    private SmallIntSet() {}

    static long of(int number) {
        return 1L << number;
    }

    /** The numbers from {@code first} to {@code last}, every {@code step}-th. */
    static long range(int first, int last, int step) {
        long bits = 0;
        for (int i = first; i <= last; i += step) {
            bits |= of(i);
        }
        return bits;
    }

    static boolean has(long bits, int number) {
        return (bits & of(number)) != 0;
    }

    /** The smallest member that is at least {@code from}, or -1. */
    static int next(long bits, int from) {
        if (from > 63) {
            return -1;
        }
        long rest = bits & (-1L << from);
        return rest == 0 ? -1 : Long.numberOfTrailingZeros(rest);
    }

    /** The smallest member of a set that is not empty. */
    static int first(long bits) {
        return Long.numberOfTrailingZeros(bits);
    }
}
