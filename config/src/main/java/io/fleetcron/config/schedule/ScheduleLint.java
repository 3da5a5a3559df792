package io.fleetcron.config.schedule;

import java.util.ArrayList;
import java.util.List;

/** Finds what is allowed in an expression and seldom meant. */
final class ScheduleLint {

    private final CronFields words;
    private final CronSchedule schedule;
    private final List<ScheduleWarning> warnings = new ArrayList<>();

    private ScheduleLint(CronFields words, CronSchedule schedule) {
        this.words = words;
        this.schedule = schedule;
    }

    static List<ScheduleWarning> in(String expression, Schedule schedule) {
        if (!(schedule instanceof CronSchedule cron)) {
            return List.of();
        }
        ScheduleLint mistakes = new ScheduleLint(CronFields.of(Token.wordsOf(expression)), cron);
        mistakes.everySmallUnit();
        mistakes.unevenSteps();
        mistakes.bothDayFields();
        mistakes.shortMonths();
        mistakes.quartzNumbers();
        DaylightSavingLint.warning(cron, mistakes.words.hour()).ifPresent(mistakes.warnings::add);
        return List.copyOf(mistakes.warnings);
    }

    private void warn(Token where, String message) {
        warnings.add(new ScheduleWarning(where.column(), message, ""));
    }

    /** {@code * 2 * * *}, where {@code 0 2 * * *} was meant. */
    private void everySmallUnit() {
        TimesOfDay times = schedule.times();
        boolean everyMinute = times.minutes().isFull(CronField.MINUTE);
        if (everyMinute && !times.hours().isFull(CronField.HOUR)) {
            warn(
                    words.minute(),
                    "* in the minute field fires in every minute of each matching hour, 60 times an hour. "
                            + "Write 0 there for once an hour.");
        }
        if (times.seconds().isFull(CronField.SECOND) && !everyMinute) {
            warn(
                    words.second(),
                    "* in the second field fires in every second of each matching minute, 60 times a minute. "
                            + "Write 0 there for once a minute.");
        }
    }

    private void unevenSteps() {
        unevenSteps(CronField.SECOND, words.second());
        unevenSteps(CronField.MINUTE, words.minute());
        unevenSteps(CronField.HOUR, words.hour());
        unevenSteps(CronField.DAY_OF_MONTH, words.dayOfMonth());
        unevenSteps(CronField.MONTH, words.month());
        unevenSteps(CronField.DAY_OF_WEEK, words.dayOfWeek());
    }

    private void unevenSteps(CronField field, Token word) {
        for (Token item : word.items()) {
            int slash = item.indexOf('/');
            if (slash == 1 && (item.startsWith("*") || item.startsWith("H"))) {
                unevenStep(field, item, Integer.parseInt(item.from(slash + 1).text()));
            }
        }
    }

    private void unevenStep(CronField field, Token item, int step) {
        int span = field.last() - field.min + 1;
        if (step >= span) {
            warn(
                    item,
                    "The step of " + item.text() + " is as long as the whole field (" + span + "): it matches one "
                            + field.label + " only.");
        } else if (field == CronField.DAY_OF_MONTH && step > 1) {
            warn(
                    item,
                    item.text()
                            + " starts counting again from the start of each month, so the last distance of a month is "
                            + "seldom " + step + " days.");
        } else if (field != CronField.DAY_OF_MONTH && span % step != 0) {
            warn(
                    item,
                    item.text() + " starts counting again from the start of the field, so its last distance is "
                            + span % step + ", not " + step
                            + ". For even distances write every: or a step that divides the field.");
        }
    }

    private void bothDayFields() {
        Days days = schedule.days();
        boolean byDate = !days.daysOfMonth().isEveryDay();
        boolean byWeekday = !days.daysOfWeek().isEveryDay();
        if (byDate && byWeekday && days.either()) {
            warn(
                    words.dayOfMonth(),
                    "Day of month and day of week are both restricted: crond's rule fires on days that match either, "
                            + "not only on days that match both.");
        } else if (byDate && byWeekday) {
            warn(
                    words.dayOfMonth(),
                    "A day field that begins with * counts as unrestricted in crond, so this fires only on days that "
                            + "match both day fields.");
        } else if (days.either() && (byDate || byWeekday)) {
            warn(
                    byDate ? words.dayOfWeek() : words.dayOfMonth(),
                    "This field names every day without a *, and crond fires when either day field matches: "
                            + "the other one has no effect. Write * here.");
        }
    }

    private void shortMonths() {
        for (Token item : words.dayOfMonth().items()) {
            if (!item.isNumber() || !schedule.days().daysOfWeek().isEveryDay()) {
                continue;
            }
            int day = Integer.parseInt(item.text());
            String missing = Months.shorterThan(day, schedule.days().months().bits());
            if (!missing.isEmpty()) {
                warn(
                        item,
                        "Day " + day + " does not exist in " + missing
                                + ": nothing fires then. Write L for the last day of every month.");
            }
        }
    }

    private void quartzNumbers() {
        boolean quartz = words.dayOfMonth().is("?") || words.dayOfWeek().is("?");
        boolean numbered = words.dayOfWeek().text().chars().findFirst().stream().anyMatch(Character::isDigit);
        if (quartz && numbered) {
            warn(
                    words.dayOfWeek(),
                    "Days of the week count as in crond, 0 or 7 is Sunday; Quartz counts 1 as Sunday. "
                            + "Names mean the same in both.");
        }
    }
}
