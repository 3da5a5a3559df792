package io.fleetcron.config.schedule;

import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.List;

/** The days of a cron expression in English, such as "on the 13th or on any Friday, in May". */
final class ExplainDays {

    private ExplainDays() {}

    static String of(Days days) {
        return days(days) + months(days.months());
    }

    private static String days(Days days) {
        boolean everyDate = days.daysOfMonth().isEveryDay();
        boolean everyWeekday = days.daysOfWeek().isEveryDay();
        String date = "on " + English.list(dates(days.daysOfMonth()), "and") + " of the month";
        String weekday = "on " + English.list(weekdays(days.daysOfWeek()), "and");
        if (days.either()) {
            return everyDate || everyWeekday ? "every day" : date + ", and also " + weekday;
        }
        if (everyDate) {
            return everyWeekday ? "every day" : weekday;
        }
        return everyWeekday ? date : date + ", but only " + weekday;
    }

    private static List<String> dates(DaysOfMonth days) {
        List<String> items = new ArrayList<>();
        long plain = days.days().bits();
        if (plain != 0) {
            items.add("the " + English.set(plain, English::ordinal));
        }
        for (int d = SmallIntSet.next(days.weekdays(), 0); d >= 0; d = SmallIntSet.next(days.weekdays(), d + 1)) {
            items.add("the weekday (Monday to Friday) nearest to the " + English.ordinal(d));
        }
        for (int n = SmallIntSet.next(days.fromEnd(), 0); n >= 0; n = SmallIntSet.next(days.fromEnd(), n + 1)) {
            items.add(fromEnd(n));
        }
        for (int n = SmallIntSet.next(days.weekdaysFromEnd(), 0);
                n >= 0;
                n = SmallIntSet.next(days.weekdaysFromEnd(), n + 1)) {
            items.add("the weekday (Monday to Friday) nearest to " + fromEnd(n));
        }
        return items;
    }

    private static String fromEnd(int days) {
        return switch (days) {
            case 0 -> "the last day";
            case 1 -> "the day before the last";
            default -> "the day " + days + " days before the last";
        };
    }

    private static List<String> weekdays(DaysOfWeek days) {
        List<String> items = new ArrayList<>();
        long plain = days.days().bits();
        if (plain != 0) {
            items.add(English.set(plain, ExplainDays::weekday));
        }
        for (int d = SmallIntSet.next(days.last(), 0); d >= 0; d = SmallIntSet.next(days.last(), d + 1)) {
            items.add("the last " + weekday(d) + " of the month");
        }
        for (int n = SmallIntSet.next(days.nth(), 0); n >= 0; n = SmallIntSet.next(days.nth(), n + 1)) {
            items.add("the " + English.ordinal(n / 7 + 1) + " " + weekday(n % 7) + " of the month");
        }
        return items;
    }

    private static String weekday(int day) {
        return English.capitalised(DayOfWeek.of(day == 0 ? 7 : day).name());
    }

    private static String months(FieldValues months) {
        return months.isFull(CronField.MONTH) ? "" : ", in " + English.set(months.bits(), Months::name);
    }
}
