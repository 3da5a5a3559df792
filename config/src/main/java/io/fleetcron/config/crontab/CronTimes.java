package io.fleetcron.config.crontab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The time fields of a crontab line in fleetcron's language. What crond refuses is refused here too, even where
 * fleetcron has a meaning for it: crond never ran such a line.
 */
final class CronTimes {
    private static final Set<String> MACROS =
            Set.of("@reboot", "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final List<String> FIELDS = List.of("minute", "hour", "day of month", "month", "day of week");
    private static final int FIRST_WITH_NAMES = 3;

    private static final Pattern NUMBERS = item("[0-9]+");
    private static final Pattern NUMBERS_AND_NAMES = item("(?:[0-9]+|[A-Za-z]{3})");
    private static final Pattern PASSED_OVER =
            Pattern.compile("(\\*(?=[^/])|[0-9]+-[0-9]+(?=[^\\w/])|[0-9]+(?=[^\\w/-])).+");
    private static final Pattern RANDOM = Pattern.compile("([0-9A-Za-z]*)~([0-9A-Za-z]*)(/[0-9]+)?");

    private CronTimes() {}

    private static Pattern item(String value) {
        return Pattern.compile("\\*(/[0-9]+)?|" + value + "(-" + value + "(/[0-9]+)?)?");
    }

    static boolean isMacro(String word) {
        return word.startsWith("@");
    }

    static String macro(String word) throws RefusedLine {
        if (!MACROS.contains(word)) {
            throw new RefusedLine("crond does not know " + word + "; write a schedule for it");
        }
        return word;
    }

    static String fields(List<String> words) throws RefusedLine {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            List<String> items = new ArrayList<>();
            for (String item : words.get(i).split(",", -1)) {
                items.add(item(i, item));
            }
            fields.add(String.join(",", items));
        }
        return String.join(" ", fields);
    }

    private static String item(int field, String item) throws RefusedLine {
        Optional<String> random = random(field, item);
        if (random.isPresent()) {
            return random.get();
        }
        if (!(field < FIRST_WITH_NAMES ? NUMBERS : NUMBERS_AND_NAMES)
                .matcher(item)
                .matches()) {
            throw new RefusedLine(
                    "`" + item + "` is not a valid " + FIELDS.get(field) + " for crond" + passedOver(item));
        }
        return item;
    }

    /** Debian's cron reads a list as far as it understands it. */
    private static String passedOver(String item) {
        Matcher m = PASSED_OVER.matcher(item);
        return m.matches() ? "; Debian's cron reads `" + m.group(1) + "` and passes over the rest" : "";
    }

    /** cronie's {@code 0~30} is chosen again by each crond; {@code H(0-30)} is chosen once, by the job's name. */
    private static Optional<String> random(int field, String item) {
        Matcher m = RANDOM.matcher(item);
        if (!m.matches()) {
            return Optional.empty();
        }
        String step = m.group(3) == null ? "" : m.group(3);
        if (m.group(1).isEmpty() && m.group(2).isEmpty()) {
            return Optional.of("H" + step);
        }
        String first = m.group(1).isEmpty() ? List.of("0", "0", "1", "1", "0").get(field) : m.group(1);
        String last =
                m.group(2).isEmpty() ? List.of("59", "23", "31", "12", "6").get(field) : m.group(2);
        return Optional.of("H(" + first + "-" + last + ")" + step);
    }
}
