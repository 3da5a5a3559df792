package io.fleetcron.config.schedule;

import java.time.Month;
import java.util.ArrayList;
import java.util.List;

/** English about months. */
final class Months {

    private Months() {}

    /** The months among {@code months} that lack such a day, as English; empty if all have it. */
    static String shorterThan(int day, long months) {
        List<String> names = new ArrayList<>();
        for (Month month : Month.values()) {
            if (SmallIntSet.has(months, month.getValue()) && month.minLength() < day) {
                names.add(name(month.getValue()) + (month.maxLength() < day ? "" : " (but for leap years)"));
            }
        }
        return English.list(names, "and");
    }

    static String name(int month) {
        return English.capitalised(Month.of(month).name());
    }
}
