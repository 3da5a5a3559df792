package io.fleetcron.config.crontab;

import java.util.List;
import java.util.Optional;

/**
 * A crontab's text and how to read it. Immutable.
 *
 * @param name the file as the operator knows it
 * @param kind which of the three formats it has
 * @param owner whose user crontab it is; absent means the user who will run the agent, or a column of the file
 * @param lines its lines
 */
public record CronTable(String name, Kind kind, Optional<String> owner, List<TextLine> lines) {

    /** The formats of crontab files. */
    public enum Kind {
        /** As {@code crontab -e} edits it: five fields and a command. */
        USER,
        /** As {@code /etc/crontab}: a user between the fields and the command. */
        SYSTEM,
        /** As {@code /etc/anacrontab}: period, delay, name and a command. */
        ANACRON
    }

    public CronTable {
        lines = List.copyOf(lines);
    }

    /** Reads a file's bytes. */
    public static CronTable of(String name, Kind kind, Optional<String> owner, byte[] bytes) {
        return new CronTable(name, kind, owner, TextLine.split(bytes));
    }
}
