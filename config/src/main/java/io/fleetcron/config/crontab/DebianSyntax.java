package io.fleetcron.config.crontab;

import io.fleetcron.config.crontab.CronTable.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What Debian's cron (3.0pl1) takes for a syntax error, on which it ignores the whole file. It takes some lines that fleetcron
 * refuses, such as {@code *5}, of which it reads the {@code *} alone. A test compares with the answers of its {@code crontab -n}.
 */
final class DebianSyntax {
    /** MAX_COMMAND, less the end of the string. */
    private static final int LONGEST_COMMAND = 998;

    private static final Set<String> MACROS =
            Set.of("reboot", "yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly");
    private static final String MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
    private static final String DAYS = "sun|mon|tue|wed|thu|fri|sat";

    /** Whatever follows it, even a comment. */
    static final String BYTE_ORDER_MARK = "the line begins with a byte order mark (U+FEFF)";

    private record Field(String name, Pattern pattern, int least, int most) {}

    private static final List<Field> FIELDS = List.of(
            field("minute", 0, 59, ""),
            field("hour", 0, 23, ""),
            field("day of month", 1, 31, ""),
            field("month", 1, 12, MONTHS),
            field("day of week", 0, 7, DAYS));

    private static final Pattern NUMBER = Pattern.compile("(/?)(?<![A-Za-z])([0-9]+)");

    private DebianSyntax() {}

    /**
     * Why it refuses a line; empty if it takes it.
     *
     * @param known whether the host has a user
     */
    static Optional<String> line(TextLine line, Kind kind, Predicate<String> known) {
        String text = line.text().strip();
        if (text.isEmpty()) {
            return line.windows() ? Optional.of("there is a CR before the line end") : Optional.empty();
        }
        if (line.hasByteOrderMark() && Assignment.read(text).isEmpty()) {
            return Optional.of(BYTE_ORDER_MARK);
        }
        boolean value = !text.endsWith("=") || text.indexOf('=') != text.length() - 1;
        boolean read = text.startsWith("#") || text.startsWith("=");
        return read || (value && Assignment.read(text).isPresent()) ? Optional.empty() : entry(text, kind, known);
    }

    private static Optional<String> entry(String line, Kind kind, Predicate<String> known) {
        String rest = line.replaceFirst("^[ \t]+", "");
        if (rest.startsWith("@")) {
            String[] words = rest.substring(1).split("[ \t]+", 2);
            return MACROS.contains(words[0])
                    ? command(words.length > 1 ? words[1] : "", kind, known)
                    : Optional.of("`@" + words[0] + "` is not one of its times");
        }
        String[] words = rest.split("[ \t]+", 6);
        for (int i = 0; i < FIELDS.size(); i++) {
            String text = i < words.length ? words[i] : "";
            if (!takes(FIELDS.get(i), text)) {
                return Optional.of("`" + text + "` is not a " + FIELDS.get(i).name());
            }
        }
        return command(words.length > FIELDS.size() ? words[5] : "", kind, known);
    }

    private static Optional<String> command(String text, Kind kind, Predicate<String> known) {
        if (text.startsWith("*")) {
            return Optional.of("a command may not begin with `*`");
        }
        if (kind == Kind.USER) {
            return length(text);
        }
        String[] words = text.split("[ \t]+", 2);
        return known.test(words[0])
                ? length(words.length > 1 ? words[1] : "")
                : Optional.of("user `" + words[0] + "` does not exist");
    }

    private static Optional<String> length(String command) {
        return command.getBytes(StandardCharsets.UTF_8).length > LONGEST_COMMAND
                ? Optional.of("the command is longer than " + LONGEST_COMMAND + " bytes")
                : Optional.empty();
    }

    private static boolean takes(Field field, String text) {
        Matcher m = field.pattern().matcher(text);
        if (!m.matches()) {
            return false;
        }
        Matcher numbers = NUMBER.matcher(m.group("list"));
        return numbers.results()
                .allMatch(n -> n.group(1).isEmpty()
                        ? isBetween(n.group(2), field.least(), field.most())
                        : n.group(2).matches("0*[1-9][0-9]{0,8}"));
    }

    private static boolean isBetween(String number, int least, int most) {
        return number.matches("0*[0-9]{1,3}")
                && IntStream.rangeClosed(least, most).anyMatch(Integer.valueOf(number)::equals);
    }

    /** A list; what follows it in the field is passed over, but for what could belong to the list. */
    private static Field field(String name, int least, int most, String names) {
        String value = names.isEmpty() ? "[0-9]+" : "(?:[0-9]+|(?i:" + names + "))";
        String range = value + "-" + value + "(?:/[0-9]+)?";
        String item = "(?:\\*/[0-9]+|" + range + "|" + value + "|\\*(?!/))";
        String more = "(?:(?<=\\*)[^,/].*|(?<!\\*)[^,/\\w-].*)?";
        return new Field(name, Pattern.compile("(?<list>" + item + "(?:," + item + ")*)" + more), least, most);
    }
}
