package io.fleetcron.config.schedule;

/**
 * The numbers that a field allows.
 *
 * @param bits the numbers; for days of the week 0 to 6
 * @param starred whether the field begins with {@code *} or is {@code ?}: crond calls such a field unrestricted, also
 *     when a step follows
 */
record FieldValues(long bits, boolean starred) {

    /** Whether every number of the field is allowed. */
    boolean isFull(CronField field) {
        return bits == SmallIntSet.range(field.min, field.last(), 1);
    }

    /** A form that parses back into the same field, and the only one of all those that do. */
    String canonical(CronField field) {
        StringBuilder text = new StringBuilder();
        long rest = bits;
        if (starred) {
            int step = smallestStep(field);
            text.append(step == 1 ? "*" : "*/" + step);
            rest &= ~SmallIntSet.range(field.min, field.last(), step);
        }
        while (rest != 0) {
            int first = SmallIntSet.first(rest);
            int last = SmallIntSet.first(~(rest >>> first)) + first - 1;
            text.append(text.isEmpty() ? "" : ",").append(first);
            text.append(last > first ? "-" + last : "");
            rest &= ~SmallIntSet.range(first, last, 1);
        }
        return text.toString();
    }

    private int smallestStep(CronField field) {
        int step = 1;
        while ((SmallIntSet.range(field.min, field.last(), step) & ~bits) != 0) {
            step++;
        }
        return step;
    }
}
