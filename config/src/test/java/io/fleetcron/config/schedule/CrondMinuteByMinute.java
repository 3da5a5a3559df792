package io.fleetcron.config.schedule;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The oracle: crond's behaviour implemented a second time, sharing no code with what is tested. It looks at every minute, as
 * crond does, and keeps crond's two clocks: the wall clock's minute, and the "virtual" minute up to which fixed-time
 * jobs have been looked at. Five fields only, in whole-minute offsets.
 */
final class CrondMinuteByMinute {

    private static final int THREE_HOURS = 180;

    private final boolean[] minutes;
    private final boolean[] hours;
    private final boolean[] daysOfMonth;
    private final boolean[] months;
    private final boolean[] daysOfWeek;
    private final boolean wildcard;
    private final boolean bothDays;

    CrondMinuteByMinute(String line) {
        List<String> fields = Arrays.asList(line.trim().split("\\s+"));
        minutes = table(fields.get(0), 0, 59, "");
        hours = table(fields.get(1), 0, 23, "");
        daysOfMonth = table(fields.get(2), 1, 31, "");
        months = table(fields.get(3), 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec");
        daysOfWeek = daysOfWeek(fields.get(4));
        wildcard = fields.get(0).startsWith("*") || fields.get(1).startsWith("*");
        bothDays = fields.get(2).startsWith("*") || fields.get(4).startsWith("*");
    }

    static boolean[] daysOfWeek(String field) {
        boolean[] table = table(field, 0, 7, "sun mon tue wed thu fri sat");
        table[0] |= table[7];
        return table;
    }

    private static boolean[] table(String field, int min, int max, String names) {
        boolean[] table = new boolean[max + 1];
        for (int value = min; value <= max; value++) {
            for (String item : field.split(",")) {
                table[value] |= matches(item, value, min, max, names);
            }
        }
        return table;
    }

    private static boolean matches(String item, int value, int min, int max, String names) {
        String[] rangeAndStep = item.split("/");
        String[] ends = rangeAndStep[0].split("-");
        int first = ends[0].equals("*") ? min : number(ends[0], min, names);
        int last = ends[0].equals("*") ? max : number(ends[ends.length - 1], min, names);
        int step = rangeAndStep.length > 1 ? Integer.parseInt(rangeAndStep[1]) : 1;
        return value >= first && value <= last && (value - first) % step == 0;
    }

    private static int number(String text, int min, String names) {
        int at = names.indexOf(text.toLowerCase(Locale.ROOT));
        return Character.isDigit(text.charAt(0)) ? Integer.parseInt(text) : at / 4 + min;
    }

    boolean matches(LocalDateTime time) {
        return minutes[time.getMinute()] && hours[time.getHour()] && matchesDay(time.toLocalDate());
    }

    boolean matchesDay(LocalDate day) {
        boolean date = daysOfMonth[day.getDayOfMonth()];
        boolean weekday = daysOfWeek[day.getDayOfWeek().getValue() % 7];
        return months[day.getMonthValue()] && (bothDays ? date && weekday : date || weekday);
    }

    boolean isWildcard() {
        return wildcard;
    }

    /** The minutes after {@code start} and not after {@code end} at which crond starts the job. */
    SortedSet<Instant> starts(ZoneId zone, Instant start, Instant end) {
        return starts(new Clock(zone, start, end));
    }

    /** The same, over a clock that several lines share. */
    SortedSet<Instant> starts(Clock clock) {
        SortedSet<Instant> starts = new TreeSet<>();
        long virtual = clock.wall[0];
        for (int i = 1; i < clock.wall.length; i++) {
            long now = clock.wall[i];
            long jump = now - virtual;
            boolean start;
            if (jump > THREE_HOURS + 1 || jump < -THREE_HOURS) {
                start = matches(clock.local(now));
                virtual = now;
            } else if (jump <= 0) {
                start = wildcard && matches(clock.local(now));
            } else if (wildcard) {
                start = matches(clock.local(now));
                virtual = now;
            } else {
                start = false;
                while (virtual < now) {
                    virtual++;
                    start |= matches(clock.local(virtual));
                }
            }
            if (start && i > Clock.LEAD) {
                starts.add(clock.instant(i));
            }
        }
        return starts;
    }

    /** What a host's wall clock shows, minute by minute; it starts early, for the virtual minute to be right. */
    static final class Clock {
        private static final int LEAD = 2 * THREE_HOURS;

        private final long firstMinute;
        private final long[] wall;
        private final LocalDateTime[] locals;
        private final long firstLocal;

        Clock(ZoneId zone, Instant start, Instant end) {
            firstMinute = Math.floorDiv(start.getEpochSecond(), 60) - LEAD;
            wall = new long[(int) (Math.floorDiv(end.getEpochSecond(), 60) - firstMinute + 1)];
            for (int i = 0; i < wall.length; i++) {
                Instant instant = instant(i);
                wall[i] = firstMinute + i + zone.getRules().getOffset(instant).getTotalSeconds() / 60;
            }
            firstLocal = Arrays.stream(wall).min().orElseThrow();
            locals = new LocalDateTime[(int) (Arrays.stream(wall).max().orElseThrow() - firstLocal + 1)];
            for (int i = 0; i < locals.length; i++) {
                locals[i] = LocalDateTime.ofEpochSecond((firstLocal + i) * 60, 0, ZoneOffset.UTC);
            }
        }

        Instant instant(int i) {
            return Instant.ofEpochSecond((firstMinute + i) * 60);
        }

        LocalDateTime local(long minute) {
            return locals[(int) (minute - firstLocal)];
        }
    }
}
