package io.fleetcron.config.schedule;

import java.util.ArrayList;
import java.util.List;

/** The wall-clock times of a cron expression in English, such as "at 02:30" or "every 15 minutes from 09:00 to 17:59". */
final class ExplainTimes {

    private static final int LISTED = 8;

    private final TimesOfDay times;

    private ExplainTimes(TimesOfDay times) {
        this.times = times;
    }

    static String of(TimesOfDay times) {
        ExplainTimes explain = new ExplainTimes(times);
        int count = Long.bitCount(times.seconds().bits())
                * Long.bitCount(times.minutes().bits())
                * Long.bitCount(times.hours().bits());
        if (count <= LISTED) {
            return "at " + English.list(explain.all(), "and");
        }
        return explain.seconds() + explain.minutes() + explain.hours();
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        for (int time = times.next(0); time >= 0; time = time == 86_399 ? -1 : times.next(time + 1)) {
            all.add(clock(time / 3600, time / 60 % 60) + (onTheMinute() ? "" : ":" + twoDigits(time % 60)));
        }
        return all;
    }

    private boolean onTheMinute() {
        return times.seconds().bits() == 1;
    }

    /** Ends in " of " unless nothing needs saying. */
    private String seconds() {
        if (onTheMinute()) {
            return "";
        }
        String seconds = units(times.seconds().bits(), "second");
        return seconds.startsWith("every") && everyMinute() ? seconds : seconds + " of ";
    }

    private String minutes() {
        long bits = times.minutes().bits();
        if (everyMinute()) {
            return seconds().endsWith("of ") || onTheMinute() ? "every minute" : "";
        }
        return onTheMinute() ? units(bits, "minute") : "minutes " + English.set(bits, Integer::toString);
    }

    private boolean everyMinute() {
        return times.minutes().isFull(CronField.MINUTE);
    }

    /** "every minute", "every 15 minutes", "at minute 5", "at minutes 0 and 40". */
    private static String units(long bits, String unit) {
        for (int step = 1; step <= 30; step++) {
            if (60 % step == 0 && bits == SmallIntSet.range(0, 59, step)) {
                return step == 1 ? "every " + unit : "every " + step + " " + unit + "s";
            }
        }
        String plural = Long.bitCount(bits) == 1 ? " " : "s ";
        return "at " + unit + plural + English.set(bits, Integer::toString);
    }

    private String hours() {
        long bits = times.hours().bits();
        boolean every = minutes().startsWith("every") || minutes().isEmpty();
        if (times.hours().isFull(CronField.HOUR)) {
            return every ? "" : " of every hour";
        }
        int first = SmallIntSet.first(bits);
        int last = 63 - Long.numberOfLeadingZeros(bits);
        if (bits == SmallIntSet.range(first, last, 1)) {
            return (every ? "" : " of each hour") + " from " + clock(first, 0) + " to " + clock(last, 59);
        }
        return (every ? " in" : " of") + " the hours " + English.set(bits, ExplainTimes::twoDigits);
    }

    private static String clock(int hour, int minute) {
        return twoDigits(hour) + ":" + twoDigits(minute);
    }

    private static String twoDigits(int number) {
        return (number < 10 ? "0" : "") + number;
    }
}
