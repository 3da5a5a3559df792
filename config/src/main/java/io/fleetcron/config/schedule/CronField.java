package io.fleetcron.config.schedule;

import java.util.List;

/** The fields of a cron expression, with the numbers and names that crontab(5) gives them. */
enum CronField {
    SECOND("second", 0, 59, ""),
    MINUTE("minute", 0, 59, ""),
    HOUR("hour", 0, 23, ""),
    DAY_OF_MONTH("day of the month", 1, 31, ""),
    MONTH("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
    DAY_OF_WEEK("day of the week", 0, 7, "sun mon tue wed thu fri sat");

    final String label;
    final int min;
    /** The largest number a person may write; 7 is Sunday again. */
    final int max;

    private final String names;

    CronField(String label, int min, int max, String names) {
        this.label = label;
        this.min = min;
        this.max = max;
        this.names = names;
    }

    /** Three letters each, in lower case, in the order of their numbers; may be empty. */
    List<String> names() {
        return names.isEmpty() ? List.of() : List.of(names.split(" "));
    }

    /** The largest number that is not another one's second name. */
    int last() {
        return this == DAY_OF_WEEK ? 6 : max;
    }

    /** The largest number {@code H} may choose: each month has 28 days. */
    int lastHashed() {
        return this == DAY_OF_MONTH ? 28 : last();
    }

    /** The numbers and names that may be written. */
    String allowed() {
        String numbers = min + "-" + max;
        return names.isEmpty()
                ? numbers
                : numbers + " or " + names.substring(0, 3) + "-" + names.substring(names.length() - 3);
    }
}
