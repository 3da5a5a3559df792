package io.fleetcron.config.schedule;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The six fields of a cron expression as they are written, or as its macro stands for them. */
record CronFields(Token second, Token minute, Token hour, Token dayOfMonth, Token month, Token dayOfWeek) {

    static final String FIELDS = "minute, hour, day of month, month, day of week";

    /** As crond expands them; upper case is accepted as well. */
    private static final Map<String, String> MACROS = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");

    static CronFields of(List<Token> words) {
        Token first = words.get(0);
        if (first.startsWith("@")) {
            return macro(first, words);
        }
        if (first.indexOf('=') >= 0) {
            throw first.error("a schedule holds no variables", "give the zone under the job's timezone key");
        }
        return switch (words.size()) {
            case 5 -> fields(new Token("0", first.column()), words);
            case 6 -> fields(first, words.subList(1, 6));
            default -> throw wrongCount(words);
        };
    }

    private static CronFields fields(Token second, List<Token> five) {
        return new CronFields(second, five.get(0), five.get(1), five.get(2), five.get(3), five.get(4));
    }

    private static CronFields macro(Token name, List<Token> words) {
        if (words.size() > 1) {
            throw words.get(1).error("\"" + words.get(1).text() + "\" follows " + name.text(), "a macro stands alone");
        }
        String expansion = MACROS.get(name.text().toLowerCase(Locale.ROOT));
        if (expansion == null) {
            throw name.error(
                    "\"" + name.text() + "\" is not a valid macro",
                    "write one of " + String.join(", ", new TreeMap<>(MACROS).keySet()) + ", @reboot");
        }
        List<Token> five = Token.wordsOf(expansion).stream()
                .map(word -> new Token(word.text(), name.column()))
                .toList();
        return fields(new Token("0", name.column()), five);
    }

    private static ScheduleException wrongCount(List<Token> words) {
        int count = words.size();
        String found = "a schedule has 5 fields, or 6 with the seconds first; found " + count;
        if (count == 7) {
            return words.get(6).error(found, "the year field is not supported; leave the seventh out");
        }
        if (count > 7) {
            return words.get(5).error(found, "the command belongs under the job's command key, not here");
        }
        return words.get(count - 1).error(found, "write " + FIELDS);
    }
}
