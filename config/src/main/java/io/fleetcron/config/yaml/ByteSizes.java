package io.fleetcron.config.yaml;

import java.util.OptionalLong;

/** Sizes as people write them: a number of bytes, or {@code 512KiB}, {@code 1MiB}, {@code 2GiB}. */
final class ByteSizes {
    private static final int MAX_DIGITS = 12;

    private ByteSizes() {}

    /** Bytes; empty if the text is not a valid size. */
    static OptionalLong parse(String text) {
        int digits = Durations.digits(text, 0);
        long factor = factor(text.substring(digits));
        return !Numbers.isWhole(text.substring(0, digits)) || digits > MAX_DIGITS || factor == 0
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(text.substring(0, digits)) * factor);
    }

    private static long factor(String unit) {
        return switch (unit) {
            case "" -> 1;
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            default -> 0;
        };
    }
}
