package io.fleetcron.config.schedule;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Periods of schedules that count seconds rather than read the calendar. */
final class Intervals {

    private Intervals() {}

    /** Reads {@code every 90s} or {@code every 1h30m}; the result is in seconds. */
    static long parse(Token every, List<Token> words) {
        if (words.size() != 2) {
            throw every.error("\"" + every.text() + "\" wants one period", "write it in one word, as in every 1h30m");
        }
        Token period = words.get(1);
        long total = 0;
        int start = 0;
        for (int i = 0; i < period.text().length(); i++) {
            char c = period.text().charAt(i);
            if (c >= '0' && c <= '9') {
                continue;
            }
            total += number(period, start, i) * unit(period, i);
            start = i + 1;
        }
        if (start != period.text().length()) {
            throw period.error("\"" + period.text() + "\" lacks a unit", "write s, m, h or d after each number");
        }
        return seconds(Duration.ofSeconds(total), period.column());
    }

    private static long number(Token period, int from, int to) {
        if (from == to || to - from > 8) {
            throw period.from(from)
                    .error(
                            "\"" + period.text() + "\" is not a valid period",
                            "write a number and a unit, as in 90s or 1h30m");
        }
        return Long.parseLong(period.text().substring(from, to));
    }

    private static long unit(Token period, int at) {
        return switch (period.text().charAt(at)) {
            case 's', 'S' -> 1;
            case 'm', 'M' -> 60;
            case 'h', 'H' -> 3600;
            case 'd', 'D' -> 86_400;
            default ->
                throw period.from(at)
                        .error(
                                "\"" + period.text().charAt(at) + "\" is not a valid unit of time",
                                "write s, m, h or d");
        };
    }

    /** A period in whole seconds, at least one. */
    static long seconds(Duration period, int column) {
        if (period.compareTo(Duration.ofSeconds(1)) < 0 || !period.equals(period.truncatedTo(ChronoUnit.SECONDS))) {
            throw new ScheduleException(
                    column, "a period must be a whole number of seconds, at least 1", "write it as in 90s or 1h30m");
        }
        if (period.compareTo(Duration.ofDays(36_500)) > 0) {
            throw new ScheduleException(column, "a period of more than a hundred years", "write a shorter one");
        }
        return period.toSeconds();
    }
}
