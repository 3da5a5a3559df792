package io.fleetcron.config.schedule;

import java.time.LocalDateTime;
import java.util.stream.Collectors;

/** Says a schedule in plain English. Pure and thread-safe. */
public final class Explain {

    private Explain() {}

    /** One or more sentences, with every value of {@code H} resolved. */
    public static String inEnglish(Schedule schedule) {
        if (schedule instanceof CronSchedule cron) {
            return capital(cron(cron)) + "." + clockChanges(cron);
        }
        if (schedule instanceof IntervalSchedule interval) {
            return "Every " + duration(interval.seconds()) + ", counted from 1970-01-01 00:00 UTC.";
        }
        if (schedule instanceof SplayedSchedule splayed) {
            return inEnglish(splayed.base()) + " Each time moved later by " + duration(splayed.seconds())
                    + ", this job's share of the splay.";
        }
        if (schedule instanceof BoundedSchedule bounded) {
            return inEnglish(bounded.base()) + bounds(bounded);
        }
        if (schedule instanceof UnionSchedule union) {
            return union.parts().stream().map(Explain::inEnglish).collect(Collectors.joining(" Also: "));
        }
        if (schedule instanceof RebootSchedule) {
            return "Once after each boot of a host.";
        }
        return schedule.canonical();
    }

    private static String bounds(BoundedSchedule bounded) {
        String zone = " (" + bounded.zone().getId() + " time).";
        return bounded.from().map(time -> " Not before " + clock(time) + zone).orElse("")
                + bounded.until()
                        .map(time -> " Not after " + clock(time) + zone)
                        .orElse("");
    }

    private static String clock(LocalDateTime time) {
        return time.toString().replace('T', ' ');
    }

    private static String cron(CronSchedule cron) {
        String zone = cron.zone().getId();
        return ExplainTimes.of(cron.times()) + ", " + ExplainDays.of(cron.days()) + " (" + zone + " time)";
    }

    private static String clockChanges(CronSchedule cron) {
        if (cron.zone().getRules().isFixedOffset()) {
            return "";
        }
        return cron.times().wildcard()
                ? " Around clock changes it follows what the clock really shows."
                : " A time that a clock change skips fires right after it; one that the clock repeats fires once.";
    }

    private static String duration(long seconds) {
        if (seconds == 0) {
            return "0 seconds";
        }
        StringBuilder text = new StringBuilder();
        append(text, seconds / 86_400, "day");
        append(text, seconds / 3600 % 24, "hour");
        append(text, seconds / 60 % 60, "minute");
        append(text, seconds % 60, "second");
        return text.toString();
    }

    private static void append(StringBuilder text, long number, String unit) {
        if (number > 0) {
            text.append(text.isEmpty() ? "" : " ").append(number).append(" ").append(unit);
            text.append(number == 1 ? "" : "s");
        }
    }

    private static String capital(String sentence) {
        return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }
}
