package io.fleetcron.config.yaml;

import java.math.BigDecimal;

/** Which texts are numbers; the notations of which YAML's versions think differently are none. */
public final class Numbers {
    private static final int MAX_DIGITS = 18;

    private Numbers() {}

    public static boolean isWhole(String text) {
        int digits = Durations.digits(text, 0);
        return digits == text.length() && digits > 0 && digits <= MAX_DIGITS && (digits == 1 || text.charAt(0) != '0');
    }

    /** Whole, and with a minus sign where it is below zero. */
    static boolean isInteger(String text) {
        return isWhole(text.startsWith("-") && !text.equals("-0") ? text.substring(1) : text);
    }

    /** Without exponent and needless zeros, for messages. */
    static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    static boolean isDecimal(String text) {
        int point = text.indexOf('.');
        if (point < 0) {
            return isWhole(text);
        }
        int fraction = Durations.digits(text, point + 1);
        return isWhole(text.substring(0, point))
                && fraction > 0
                && fraction <= MAX_DIGITS
                && point + 1 + fraction == text.length();
    }
}
