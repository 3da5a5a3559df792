package io.fleetcron.config.crontab;

import io.fleetcron.config.crontab.CronTable.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes a crontab line apart from left to right: times, user, options, command. */
public final class CrontabLineParser {
    private final Origin origin;
    private String rest;

    private CrontabLineParser(Origin origin) {
        this.origin = origin;
        this.rest = stripLeading(origin.text());
    }

    /**
     * Reads a line of a user or system crontab.
     *
     * @throws RefusedLine if crond would not run it, or nothing could run
     */
    public static CrontabLine read(Origin origin, CronTable table, Map<String, String> variables) throws RefusedLine {
        return new CrontabLineParser(origin).entry(table, variables);
    }

    private CrontabLine entry(CronTable table, Map<String, String> variables) throws RefusedLine {
        Set<Character> options = new LinkedHashSet<>();
        boolean cronie = table.crond().equals(Optional.of(Crond.CRONIE));
        if (rest.startsWith("-")) { // cronie's sign for "do not log"
            if (cronie && table.owner().filter(owner -> !owner.equals("root")).isPresent()) {
                throw new RefusedLine("cronie ignores this line: only root's may begin with `-`");
            }
            options.add('q');
            rest = rest.substring(1);
        }
        String expression = times();
        if (rest.startsWith("*")) {
            throw new RefusedLine(
                    "crond refuses a command that begins with `*`; if these are six time fields, with seconds,"
                            + " write them as the schedule of a job");
        }
        Optional<String> user = table.kind() == Kind.SYSTEM ? Optional.of(user()) : table.owner();
        boolean debian = table.crond().equals(Optional.of(Crond.DEBIAN));
        if (cronie) {
            optionsOfCronie(options);
        } else if (!debian) {
            options(options);
        }
        CommandText text = CommandText.of(rest, debian);
        if (text.command().isBlank()) {
            throw new RefusedLine("the command is missing");
        }
        return new CrontabLine(origin, expression, user, options, text, variables);
    }

    private String times() throws RefusedLine {
        if (CronTimes.isMacro(rest)) {
            return CronTimes.macro(word());
        }
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            fields.add(word());
        }
        if (fields.get(4).isEmpty()) {
            throw new RefusedLine("this is neither five time fields and a command nor a line NAME=value");
        }
        return CronTimes.fields(fields);
    }

    private String user() throws RefusedLine {
        String user = word();
        if (user.isEmpty() || rest.isEmpty()) {
            throw new RefusedLine("a system crontab has a user before the command; for a user's crontab name the user"
                    + " with --user");
        }
        return user;
    }

    /** Of OpenBSD's cron; for Debian's they are words of the command. */
    private void options(Set<Character> options) {
        while (rest.matches("(?s)-[nqs][ \\t].*")) {
            options.add(word().charAt(1));
        }
    }

    /** Whatever begins with a hyphen is one. */
    private void optionsOfCronie(Set<Character> options) throws RefusedLine {
        if (rest.matches("(?s)-n[ \\t].*")) {
            options.add(word().charAt(1));
        }
        if (rest.startsWith("-")) {
            throw new RefusedLine("cronie ignores this line: the one option that it knows before a command is -n");
        }
    }

    private String word() {
        int end = 0;
        while (end < rest.length() && !isBlank(rest.charAt(end))) {
            end++;
        }
        String word = rest.substring(0, end);
        rest = stripLeading(rest.substring(end));
        return word;
    }

    private static String stripLeading(String text) {
        int start = 0;
        while (start < text.length() && isBlank(text.charAt(start))) {
            start++;
        }
        return text.substring(start);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
