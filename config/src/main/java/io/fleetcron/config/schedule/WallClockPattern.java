package io.fleetcron.config.schedule;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * An expression read as a set of wall-clock times rather than of fires: {@code * 0-6 * * *} is each second from 0:00 to
 * 6:59:59. Knows no time zone, and no clock changes: what the clock shows counts. Immutable and thread-safe.
 */
public final class WallClockPattern {

    private final CronSchedule schedule;
    private final boolean toTheSecond;

    private WallClockPattern(CronSchedule schedule, boolean toTheSecond) {
        this.schedule = schedule;
        this.toTheSecond = toTheSecond;
    }

    /**
     * Reads an expression with five fields, which matches whole minutes, with six, or a macro.
     *
     * @throws ScheduleException if it cannot be read, can never match, or is {@code every}, {@code @reboot} or has
     *     an {@code H}, which say when a job fires and not what the clock shows
     */
    public static WallClockPattern parse(String expression) {
        List<Token> words = Token.wordsOf(expression);
        Schedule schedule = new ExpressionParser(ZoneOffset.UTC, "").parse(expression);
        for (Token word : words) {
            for (Token item : word.items()) {
                if (item.startsWith("H")) {
                    throw item.error("H depends on a job's name", "write the times themselves");
                }
            }
        }
        if (schedule instanceof CronSchedule cron) {
            return new WallClockPattern(cron, words.size() > 5);
        }
        throw words.get(0)
                .error("\"" + words.get(0).text() + "\" does not say what the clock shows", "write five fields");
    }

    /** Whether the pattern has that time of a wall clock. */
    public boolean matches(LocalDateTime time) {
        long second = time.toEpochSecond(ZoneOffset.UTC);
        long asked = toTheSecond ? second : second - time.getSecond();
        return schedule.nextLocal(asked) == asked;
    }

    /** A normal form: patterns with the same one match the same times. */
    public String canonical() {
        return schedule.canonical() + (toTheSecond ? "" : " minutes");
    }
}
