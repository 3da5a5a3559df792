package io.fleetcron.config.schedule;

import java.time.LocalDate;

/**
 * The day-of-month field. Sets are bit sets of day numbers, or of distances from the month's last day.
 *
 * @param days plain days, 1 to 31
 * @param fromEnd {@code L} is 0, {@code L-3} is 3
 * @param weekdays {@code 15W}: the weekday (Monday to Friday) nearest to the day, in the same month
 * @param weekdaysFromEnd {@code LW} is 0, {@code L-3W} is 3
 */
record DaysOfMonth(FieldValues days, int fromEnd, int weekdays, int weekdaysFromEnd) {

    static DaysOfMonth parse(Token word, String jobName) {
        FieldParser plain = new FieldParser(CronField.DAY_OF_MONTH, jobName);
        if (word.is("?")) {
            return new DaysOfMonth(plain.parse(new Token("*", word.column())), 0, 0, 0);
        }
        long days = 0;
        int fromEnd = 0;
        int weekdays = 0;
        int weekdaysFromEnd = 0;
        for (Token item : word.items()) {
            boolean weekday = item.endsWith("W") && item.text().length() > 1;
            Token day = weekday ? item.to(item.text().length() - 1) : item;
            if (day.startsWith("L") && weekday) {
                weekdaysFromEnd |= 1 << distance(day);
            } else if (day.startsWith("L")) {
                fromEnd |= 1 << distance(day);
            } else if (weekday) {
                weekdays |= 1 << plain.value(day);
            } else {
                days |= plain.item(day);
            }
        }
        FieldValues values = new FieldValues(days, FieldParser.isStarred(word));
        return new DaysOfMonth(values, fromEnd, weekdays, weekdaysFromEnd);
    }

    private static int distance(Token day) {
        if (day.text().length() == 1) {
            return 0;
        }
        Token number = day.from(Math.min(2, day.text().length()));
        if (day.startsWith("L-") && number.isNumber() && number.text().length() <= 2) {
            int distance = Integer.parseInt(number.text());
            if (distance <= 30) {
                return distance;
            }
        }
        throw day.error(
                "\"" + day.text() + "\" is not a valid day of the month",
                "write L for the last day, L-3 for three days before it (at most L-30), LW for the last weekday");
    }

    boolean starred() {
        return days.starred();
    }

    boolean isEveryDay() {
        return days.isFull(CronField.DAY_OF_MONTH);
    }

    /** The matching days of the month that begins with {@code first}, as a bit set of 1 to 31. */
    int in(LocalDate first) {
        int length = first.lengthOfMonth();
        int matching = (int) days.bits();
        for (int n = SmallIntSet.next(fromEnd, 0); n >= 0; n = SmallIntSet.next(fromEnd, n + 1)) {
            matching |= n < length ? 1 << (length - n) : 0;
        }
        for (int d = SmallIntSet.next(weekdays, 0); d >= 0 && d <= length; d = SmallIntSet.next(weekdays, d + 1)) {
            matching |= 1 << nearestWeekday(first, d);
        }
        for (int n = SmallIntSet.next(weekdaysFromEnd, 0);
                n >= 0 && n < length;
                n = SmallIntSet.next(weekdaysFromEnd, n + 1)) {
            matching |= 1 << nearestWeekday(first, length - n);
        }
        return matching & (int) SmallIntSet.range(1, length, 1);
    }

    private static int nearestWeekday(LocalDate first, int day) {
        return switch (first.withDayOfMonth(day).getDayOfWeek()) {
            case SATURDAY -> day == 1 ? 3 : day - 1;
            case SUNDAY -> day == first.lengthOfMonth() ? day - 2 : day + 1;
            default -> day;
        };
    }

    String canonical() {
        StringBuilder text = new StringBuilder(days.canonical(CronField.DAY_OF_MONTH));
        append(text, weekdays, "", "W");
        append(text, fromEnd, "L-", "");
        append(text, weekdaysFromEnd, "L-", "W");
        return text.toString();
    }

    private static void append(StringBuilder text, int bits, String prefix, String suffix) {
        for (int n = SmallIntSet.next(bits, 0); n >= 0; n = SmallIntSet.next(bits, n + 1)) {
            String number = n == 0 ? "L" : prefix + n;
            text.append(text.isEmpty() ? "" : ",").append(number).append(suffix);
        }
    }
}
