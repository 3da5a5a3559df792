package io.fleetcron.config.schedule;

import java.time.LocalDate;
import java.time.YearMonth;

/** The days on which a cron expression fires: months, days of the month and days of the week together. */
record Days(FieldValues months, DaysOfMonth daysOfMonth, DaysOfWeek daysOfWeek) {

    /** The Gregorian calendar, days of the week included, repeats after 400 years: what is not in them never is. */
    private static final int MONTHS_OF_A_CYCLE = 400 * 12;

    /** The first matching day that is at least {@code epochDay}, or {@link Long#MAX_VALUE}. */
    long next(long epochDay) {
        LocalDate from = LocalDate.ofEpochDay(epochDay);
        YearMonth month = YearMonth.from(from);
        int firstDay = from.getDayOfMonth();
        for (int i = 0; i <= MONTHS_OF_A_CYCLE; i++) {
            int day = Bits.next(in(month), firstDay);
            if (day > 0) {
                return month.atDay(day).toEpochDay();
            }
            month = month.plusMonths(1);
            firstDay = 1;
        }
        return Long.MAX_VALUE;
    }

    /** The matching days of a month, as a bit set of 1 to 31. */
    private int in(YearMonth month) {
        if (!Bits.has(months.bits(), month.getMonthValue())) {
            return 0;
        }
        int byDate = daysOfMonth.in(month);
        int byWeekday = daysOfWeek.in(month);
        return either() ? byDate | byWeekday : byDate & byWeekday;
    }

    /** crond's rule: when both day fields are restricted, a day that matches one of them matches. */
    boolean either() {
        return !daysOfMonth.starred() && !daysOfWeek.starred();
    }

    String canonical() {
        return daysOfMonth.canonical() + " " + months.canonical(Field.MONTH) + " " + daysOfWeek.canonical();
    }
}
