package io.fleetcron.config.schedule;

import java.util.Locale;

/** Reads what all fields have in common: numbers, names, ranges, steps, lists and {@code H}. */
final class FieldParser {

    private final CronField field;
    private final String jobName;

    FieldParser(CronField field, String jobName) {
        this.field = field;
        this.jobName = jobName;
    }

    /** Reads a whole field that knows no {@code L}, {@code W}, {@code #} or {@code ?}. */
    FieldValues parse(Token word) {
        long bits = 0;
        for (Token item : word.items()) {
            bits |= item(item);
        }
        return new FieldValues(bits, isStarred(word));
    }

    /** crond's test, which looks at the first character alone. */
    static boolean isStarred(Token word) {
        return word.startsWith("*") || word.is("?");
    }

    /** Reads one member of a list into the numbers it stands for. */
    long item(Token item) {
        rejectForeign(item);
        int slash = item.indexOf('/');
        Token range = slash < 0 ? item : item.to(slash);
        int step = slash < 0 ? 0 : step(item.from(slash + 1));
        if (range.startsWith("H")) {
            return hashed(range, step);
        }
        if (range.is("*")) {
            return SmallIntSet.range(field.min, field.last(), Math.max(step, 1));
        }
        int dash = range.indexOf('-');
        if (dash < 0) {
            int first = value(range);
            return step == 0
                    ? fold(SmallIntSet.of(first))
                    : fold(SmallIntSet.range(first, Math.max(first, field.last()), step));
        }
        return fold(range(range, dash, step));
    }

    private long range(Token range, int dash, int step) {
        int first = value(range.to(dash));
        int last = value(range.from(dash + 1));
        if (field == CronField.DAY_OF_WEEK && last == 0 && first > 0) {
            last = 7; // fri-sun and 5-0, as in cronie
        }
        if (first > last) {
            throw range.error(
                    "the range \"" + range.text() + "\" runs backwards",
                    "ranges do not wrap; write " + first + "-" + field.last() + "," + field.min + "-" + last);
        }
        return SmallIntSet.range(first, last, Math.max(step, 1));
    }

    /** Reads a number or name. */
    int value(Token word) {
        int name = field.names().indexOf(lowerCase(word.text()));
        if (name >= 0) {
            return name + field.min;
        }
        if (word.isNumber() && word.text().length() <= 4) {
            int number = Integer.parseInt(word.text());
            if (number >= field.min && number <= field.max) {
                return number;
            }
        }
        throw notAllowed(word);
    }

    private ScheduleException notAllowed(Token word) {
        String found = word.text().isEmpty()
                ? "a " + field.label + " is missing"
                : quoted(word) + " is not a valid " + field.label;
        String start =
                lowerCase(word.text().substring(0, Math.min(3, word.text().length())));
        String hint = field.names().contains(start)
                ? "names have three letters; write " + start
                : "write a number or name in " + field.allowed() + ", a range, a list or *";
        return word.error(found + " (" + field.allowed() + ")", hint.replace("number or name", numberOrName()));
    }

    private String numberOrName() {
        return field.names().isEmpty() ? "number" : "number or name";
    }

    private int step(Token word) {
        int step = word.isNumber() && word.text().length() <= 4 ? Integer.parseInt(word.text()) : 0;
        if (step == 0) {
            throw word.error(quoted(word) + " is not a valid step", "after / write a whole number from 1, as in */15");
        }
        return step;
    }

    private long hashed(Token range, int step) {
        int first = field.min;
        int last = field.lastHashed();
        if (range.text().length() > 1) {
            int dash = range.indexOf('-');
            if (!range.startsWith("H(") || !range.endsWith(")") || dash < 0) {
                throw range.error(
                        quoted(range) + " is not a valid " + field.label, "write H, H/15, H(0-29) or H(0-29)/10");
            }
            first = value(range.part(2, dash));
            last = value(range.part(dash + 1, range.text().length() - 1));
        }
        if (first > last) {
            throw range.error("the range in " + quoted(range) + " runs backwards", "write the smaller number first");
        }
        int span = last - first + 1;
        if (step > span) {
            throw range.error("the step " + step + " is longer than the range of H", "write H without a step");
        }
        int offset = StableHash.of(jobName, field.name(), step == 0 ? span : step);
        return fold(step == 0 ? SmallIntSet.of(first + offset) : SmallIntSet.range(first + offset, last, step));
    }

    private void rejectForeign(Token item) {
        if (item.indexOf('~') >= 0) {
            throw item.error(
                    "random times (" + quoted(item) + ") differ from host to host",
                    "write H" + (item.is("~") ? "" : "(" + item.text().replace('~', '-') + ")")
                            + ": a stable choice by the job's name");
        }
        if (item.is("?")) {
            throw item.error(
                    "? stands for \"no particular value\" and must be a whole day field",
                    "write * for each " + field.label);
        }
    }

    /** Both numbers of Sunday become 0. */
    private long fold(long bits) {
        boolean sunday = field == CronField.DAY_OF_WEEK && SmallIntSet.has(bits, 7);
        return sunday ? (bits & ~SmallIntSet.of(7)) | SmallIntSet.of(0) : bits;
    }

    private static String quoted(Token word) {
        return "\"" + word.text() + "\"";
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
