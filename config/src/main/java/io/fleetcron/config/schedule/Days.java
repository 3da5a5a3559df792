package io.fleetcron.config.schedule;

import java.time.LocalDate;

/** The days on which a cron expression fires: months, days of the month and days of the week together. */
record Days(FieldValues months, DaysOfMonth daysOfMonth, DaysOfWeek daysOfWeek) {

    /** The Gregorian calendar, days of the week included, repeats after 400 years: what is not in them never is. */
    private static final int MONTHS_OF_A_CYCLE = 400 * 12;

    /** The first matching day that is at least {@code epochDay}, or {@link Long#MAX_VALUE}. */
    long next(long epochDay) {
        LocalDate from = LocalDate.ofEpochDay(epochDay);
        LocalDate month = from.withDayOfMonth(1);
        int firstDay = from.getDayOfMonth();
        for (int i = 0; i <= MONTHS_OF_A_CYCLE; i++) {
            int day = SmallIntSet.next(in(month), firstDay);
            if (day > 0) {
                return month.withDayOfMonth(day).toEpochDay();
            }
            month = month.plusMonths(1);
            firstDay = 1;
        }
        return Long.MAX_VALUE;
    }

    /** The matching days of the month that begins with {@code first}, as a bit set of 1 to 31. */
    private int in(LocalDate first) {
        if (!SmallIntSet.has(months.bits(), first.getMonthValue())) {
            return 0;
        }
        int byDate = daysOfMonth.in(first);
        int byWeekday = daysOfWeek.in(first);
        return either() ? byDate | byWeekday : byDate & byWeekday;
    }

    /** crond's rule: when both day fields are restricted, a day that matches one of them matches. */
    boolean either() {
        return !daysOfMonth.starred() && !daysOfWeek.starred();
    }

    String canonical() {
        return daysOfMonth.canonical() + " " + months.canonical(CronField.MONTH) + " " + daysOfWeek.canonical();
    }
}
