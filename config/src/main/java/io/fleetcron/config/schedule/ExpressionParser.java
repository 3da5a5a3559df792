package io.fleetcron.config.schedule;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads whole expressions: macros, intervals, five fields, or six with the seconds first. */
final class ExpressionParser {

    /** As crond expands them; upper case is accepted as well. */
    private static final Map<String, String> MACROS = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");

    private static final String FIELDS = "minute, hour, day of month, month, day of week";

    private final ZoneId zone;
    private final String jobName;

    ExpressionParser(ZoneId zone, String jobName) {
        this.zone = zone;
        this.jobName = jobName;
    }

    Schedule parse(String expression) {
        List<Word> words = Word.wordsOf(expression);
        if (words.isEmpty()) {
            throw new ScheduleException(1, "the schedule is empty", "write five fields: " + FIELDS);
        }
        Word first = words.get(0);
        if (first.is("every") || first.is("@every")) {
            return new IntervalSchedule(Intervals.parse(first, words));
        }
        if (first.startsWith("@")) {
            return macro(words);
        }
        if (first.indexOf('=') >= 0) {
            throw first.error("a schedule holds no variables", "give the zone under the job's timezone key");
        }
        CronSchedule schedule = fields(words);
        if (!schedule.isAlive()) {
            throw new ScheduleException(
                    first.column(),
                    "this schedule never fires: no year has such a day",
                    "check day of month, month and day of week against each other");
        }
        return schedule;
    }

    private Schedule macro(List<Word> words) {
        Word name = words.get(0);
        if (words.size() > 1) {
            throw words.get(1).error("\"" + words.get(1).text() + "\" follows " + name.text(), "a macro stands alone");
        }
        if (name.is("@reboot")) {
            return new RebootSchedule();
        }
        String expansion = expansionOf(name);
        if (expansion == null) {
            throw name.error(
                    "\"" + name.text() + "\" is no macro",
                    "write one of " + String.join(", ", new TreeMap<>(MACROS).keySet()) + ", @reboot");
        }
        return fields(Word.wordsOf(expansion));
    }

    private static @Nullable String expansionOf(Word name) {
        return MACROS.get(name.text().toLowerCase(Locale.ROOT));
    }

    private CronSchedule fields(List<Word> words) {
        if (words.size() != 5 && words.size() != 6) {
            throw wrongCount(words);
        }
        boolean withSeconds = words.size() == 6;
        int minute = withSeconds ? 1 : 0;
        FieldValues seconds = withSeconds ? field(Field.SECOND, words.get(0)) : new FieldValues(Bits.of(0), false);
        TimesOfDay times = new TimesOfDay(
                seconds, field(Field.MINUTE, words.get(minute)), field(Field.HOUR, words.get(minute + 1)));
        Days days = new Days(
                field(Field.MONTH, words.get(minute + 3)),
                DaysOfMonth.parse(words.get(minute + 2), jobName),
                DaysOfWeek.parse(words.get(minute + 4), jobName));
        return new CronSchedule(times, days, zone);
    }

    private FieldValues field(Field field, Word word) {
        return new FieldParser(field, jobName).parse(word);
    }

    private static ScheduleException wrongCount(List<Word> words) {
        int count = words.size();
        Word where = words.get(Math.min(count - 1, 6));
        String found = "a schedule has 5 fields, or 6 with the seconds first; found " + count;
        if (count == 7) {
            return where.error(found, "there is no year field; leave the seventh out");
        }
        return where.error(
                found, count < 5 ? "write " + FIELDS : "the command belongs under the job's command key, not here");
    }
}
