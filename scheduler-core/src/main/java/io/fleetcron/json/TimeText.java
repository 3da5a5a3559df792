package io.fleetcron.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Times in records, exactly as {@link Instant#toString} writes and {@link Instant#parse} reads them, but without a
 * formatter: a ledger holds some thirty, and every fire reads and writes it on every host that looks. Pure functions.
 */
public final class TimeText {
    private static final long DAY = 86_400;
    private static final String WHOLE = "0000-00-00T00:00:00Z";
    /** How {@link Instant#toString} begins a fraction, and by how many digits it goes on. */
    private static final String POINT = "0000-00-00T00:00:00.";

    private static final int GROUP = 3;
    private static final int NANO_DIGITS = 9;
    private static final long YEAR_10000 = 253_402_300_800L;

    private TimeText() {}

    /** The time's text in ISO 8601. */
    public static String of(Instant time) {
        long second = time.getEpochSecond();
        if (second < 0 || second >= YEAR_10000) {
            return time.toString();
        }
        LocalDate date = LocalDate.ofEpochDay(second / DAY);
        int ofDay = (int) (second % DAY);
        int fraction = time.getNano();
        int places = NANO_DIGITS;
        while (places > 0 && fraction % 1000 == 0) {
            fraction /= 1000;
            places -= GROUP;
        }
        char[] text = new char[places == 0 ? WHOLE.length() : POINT.length() + places + 1];
        (places == 0 ? WHOLE : POINT).getChars(0, Math.min(text.length, POINT.length()), text, 0);
        digits(text, 0, 4, date.getYear());
        digits(text, 5, 2, date.getMonthValue());
        digits(text, 8, 2, date.getDayOfMonth());
        digits(text, 11, 2, ofDay / 3600);
        digits(text, 14, 2, ofDay / 60 % 60);
        digits(text, 17, 2, ofDay % 60);
        if (places > 0) {
            digits(text, POINT.length(), places, fraction);
            text[text.length - 1] = 'Z';
        }
        return new String(text);
    }

    private static void digits(char[] text, int at, int count, int number) {
        int rest = number;
        for (int i = at + count - 1; i >= at; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /**
     * Reads a time.
     *
     * @throws DateTimeException if the text is not one
     */
    public static Instant parse(String text) {
        int length = text.length();
        int places = Math.max(0, length - 1 - POINT.length());
        if (length != (places == 0 ? WHOLE.length() : POINT.length() + places + 1)
                || places % GROUP != 0
                || places > NANO_DIGITS
                || !hasMarks(text, length)) {
            return Instant.parse(text);
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 2);
        int dayOfMonth = number(text, 8, 2);
        int hour = number(text, 11, 2);
        int minute = number(text, 14, 2);
        int second = number(text, 17, 2);
        int nanos = number(text, POINT.length(), places);
        if ((year | month | dayOfMonth | hour | minute | second | nanos) < 0
                || hour > 23
                || minute > 59
                || second > 59) {
            return Instant.parse(text); // 24:00 and leap seconds, as it takes them; or it refuses them
        }
        for (int place = places; place > 0 && place < NANO_DIGITS; place++) {
            nanos *= 10;
        }
        long day = LocalDate.of(year, month, dayOfMonth).toEpochDay();
        return Instant.ofEpochSecond(day * DAY + hour * 3600L + minute * 60L + second, nanos);
    }

    private static boolean hasMarks(String text, int length) {
        return text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':'
                && (length == WHOLE.length() || text.charAt(19) == '.')
                && text.charAt(length - 1) == 'Z';
    }

    /** Negative if it is not made of digits. */
    private static int number(String text, int from, int count) {
        int number = 0;
        for (int i = from; i < from + count; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }
}
