package io.fleetcron.config.schedule;

import java.time.LocalDate;

/**
 * The day-of-week field. Sunday is 0.
 *
 * @param days plain days of the week, 0 to 6
 * @param last {@code 5L}: the last such day of the month
 * @param nth {@code 5#2}: the second such day of the month; bit {@code (n - 1) * 7 + day}
 */
record DaysOfWeek(FieldValues days, int last, long nth) {

    static DaysOfWeek parse(Token word, String jobName) {
        FieldParser plain = new FieldParser(CronField.DAY_OF_WEEK, jobName);
        if (word.is("?")) {
            return new DaysOfWeek(plain.parse(new Token("*", word.column())), 0, 0);
        }
        long days = 0;
        int last = 0;
        long nth = 0;
        for (Token item : word.items()) {
            int hash = item.indexOf('#');
            if (item.is("L")) {
                throw item.error(
                        "L alone is not a valid day of the week",
                        "write sat for Saturday, or 6L for the last Saturday of the month");
            } else if (hash >= 0) {
                nth |= SmallIntSet.of((week(item.from(hash + 1)) - 1) * 7 + plain.value(item.to(hash)) % 7);
            } else if (item.endsWith("L") && !item.text().isEmpty()) {
                last |= 1 << plain.value(item.to(item.text().length() - 1)) % 7;
            } else {
                days |= plain.item(item);
            }
        }
        return new DaysOfWeek(new FieldValues(days, FieldParser.isStarred(word)), last, nth);
    }

    private static int week(Token word) {
        int week = word.isNumber() && word.text().length() == 1 ? Integer.parseInt(word.text()) : 0;
        if (week < 1 || week > 5) {
            throw word.error(
                    "\"" + word.text() + "\" is not a valid number of a week in the month (1-5)",
                    "write fri#2 for the second Friday, or friL for the last");
        }
        return week;
    }

    boolean starred() {
        return days.starred();
    }

    boolean isEveryDay() {
        return days.isFull(CronField.DAY_OF_WEEK);
    }

    /** The matching days of the month that begins with {@code first}, as a bit set of 1 to 31. */
    int in(LocalDate first) {
        int length = first.lengthOfMonth();
        int weekday = first.getDayOfWeek().getValue() % 7;
        int matching = 0;
        for (int day = 1; day <= length; day++) {
            boolean match = SmallIntSet.has(days.bits(), weekday)
                    || (SmallIntSet.has(last, weekday) && day + 7 > length)
                    || SmallIntSet.has(nth, (day - 1) / 7 * 7 + weekday);
            matching |= match ? 1 << day : 0;
            weekday = (weekday + 1) % 7;
        }
        return matching;
    }

    String canonical() {
        StringBuilder text = new StringBuilder(days.canonical(CronField.DAY_OF_WEEK));
        for (int d = SmallIntSet.next(last, 0); d >= 0; d = SmallIntSet.next(last, d + 1)) {
            text.append(text.isEmpty() ? "" : ",").append(d).append('L');
        }
        for (int n = SmallIntSet.next(nth, 0); n >= 0; n = SmallIntSet.next(nth, n + 1)) {
            text.append(text.isEmpty() ? "" : ",").append(n % 7).append('#').append(n / 7 + 1);
        }
        return text.toString();
    }
}
