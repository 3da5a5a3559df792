package io.fleetcron.config.crontab;

import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A job of an anacrontab (anacrontab(5)): a period in days, a delay in minutes, a name and a command. anacron runs it at
 * the first chance of a day; here it has a time, and {@code catch_up} for hosts that were off.
 *
 * @param entry with root as user, as the file belongs to root
 * @param name the job-identifier
 * @param catchUp as long as the period
 */
public record Anacron(CrontabLine entry, String name, CatchUp catchUp) {
    private static final Pattern LINE = Pattern.compile("(@?\\w+)[ \\t]+([0-9]{1,5})[ \\t]+(\\S+)[ \\t]+(.+)");
    private static final Pattern HOURS = Pattern.compile("([0-9]{1,2})-[0-9]{1,2}");

    /** Debian starts anacron at 07:30. */
    private static final int USUAL_START = 7 * 60 + 30;

    private static final int DAY = 24 * 60;

    public static Anacron read(Origin origin, Map<String, String> variables) throws RefusedLine {
        Matcher m = LINE.matcher(origin.text().strip());
        if (!m.matches()) {
            throw new RefusedLine("this is neither a period, a delay, a name and a command nor a line NAME=value");
        }
        int minute = Math.min(DAY - 1, start(variables) + Integer.parseInt(m.group(2)));
        String time = minute % 60 + " " + minute / 60;
        int days = days(m.group(1));
        CrontabLine entry = new CrontabLine(
                origin,
                expression(time, days),
                Optional.of("root"),
                Set.of(),
                new CommandText(m.group(4), Optional.empty()),
                variables);
        return new Anacron(entry, m.group(3), new CatchUp(CatchUpPolicy.LATEST, Duration.ofDays(days)));
    }

    private static String expression(String time, int days) {
        return switch (days) {
            case 1 -> time + " * * *";
            case 7 -> time + " * * 0";
            case 30, 31 -> time + " 1 * *";
            case 365, 366 -> time + " 1 1 *";
            default -> "every " + days + "d";
        };
    }

    private static int days(String period) throws RefusedLine {
        return switch (period.toLowerCase(Locale.ROOT)) {
            case "@daily" -> 1;
            case "@weekly" -> 7;
            case "@monthly" -> 31;
            case "@yearly", "@annually" -> 366;
            default -> {
                if (!period.matches("[1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-6]")) {
                    throw new RefusedLine("`" + period + "` is not a valid period in days from 1 to 366");
                }
                yield Integer.parseInt(period);
            }
        };
    }

    private static int start(Map<String, String> variables) {
        Matcher m = HOURS.matcher(variables.getOrDefault("START_HOURS_RANGE", ""));
        return m.matches() ? Math.min(23, Integer.parseInt(m.group(1))) * 60 : USUAL_START;
    }
}
