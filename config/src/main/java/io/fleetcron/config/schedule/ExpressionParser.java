package io.fleetcron.config.schedule;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** Reads whole expressions: macros, intervals, five fields, or six with the seconds first. */
final class ExpressionParser {

    private final ZoneId zone;
    private final String jobName;

    ExpressionParser(ZoneId zone, String jobName) {
        this.zone = zone;
        this.jobName = jobName;
    }

    Schedule parse(String expression) {
        List<Token> words = Token.wordsOf(expression);
        if (words.isEmpty()) {
            throw new ScheduleException(1, "the schedule is empty", "write five fields: " + CronFields.FIELDS);
        }
        Token first = words.get(0);
        if (first.is("every") || first.is("@every")) {
            return new IntervalSchedule(Intervals.parse(first, words));
        }
        if (first.is("@reboot") && words.size() == 1) {
            return new RebootSchedule(Optional.empty());
        }
        CronSchedule schedule = cron(CronFields.of(words));
        if (!schedule.isAlive()) {
            throw new ScheduleException(
                    first.column(),
                    "this schedule never fires: no year has such a day",
                    "check day of month, month and day of week against each other");
        }
        return schedule;
    }

    private CronSchedule cron(CronFields words) {
        TimesOfDay times = new TimesOfDay(
                values(CronField.SECOND, words.second()),
                values(CronField.MINUTE, words.minute()),
                values(CronField.HOUR, words.hour()));
        // In the order of writing, so that the first mistake is the one reported.
        DaysOfMonth daysOfMonth = DaysOfMonth.parse(words.dayOfMonth(), jobName);
        FieldValues months = values(CronField.MONTH, words.month());
        return new CronSchedule(
                times, new Days(months, daysOfMonth, DaysOfWeek.parse(words.dayOfWeek(), jobName)), zone);
    }

    private FieldValues values(CronField field, Token word) {
        return new FieldParser(field, jobName).parse(word);
    }
}
