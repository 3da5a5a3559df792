package io.fleetcron.config.crontab;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A crontab's text and how to read it. Immutable.
 *
 * @param name the file as the operator knows it
 * @param kind which of the three formats it has
 * @param owner whose user crontab it is; absent means the user who will run the agent, or a column of the file
 * @param crond which program read it; absent if nothing says
 * @param unreadable why that program did not read it, for its owner or its mode
 * @param lines its lines
 */
public record CronTable(
        String name,
        Kind kind,
        Optional<String> owner,
        Optional<Crond> crond,
        Optional<String> unreadable,
        List<TextLine> lines) {

    /** The formats of crontab files. */
    public enum Kind {
        /** As {@code crontab -e} edits it: five fields and a command. */
        USER,
        /** As {@code /etc/crontab}: a user between the fields and the command. */
        SYSTEM,
        /** As {@code /etc/anacrontab}: period, delay, name and a command. */
        ANACRON
    }

    private static final int MOST_LINES_OF_DEBIAN = 10_000;

    public CronTable {
        lines = List.copyOf(lines);
    }

    /** Reads a file's bytes, of which nothing else is known. */
    public static CronTable of(String name, Kind kind, Optional<String> owner, byte[] bytes) {
        return new CronTable(name, kind, owner, Optional.empty(), Optional.empty(), TextLine.split(bytes));
    }

    /** The same crontab, read by this crond. */
    public CronTable by(Crond crond) {
        return new CronTable(name, kind, owner, Optional.of(crond), unreadable, lines);
    }

    /** The same crontab, with its host's name before its own. */
    public CronTable on(String host) {
        return new CronTable(host + ":" + name, kind, owner, crond, unreadable, lines);
    }

    CronTable unreadable(Optional<String> why) {
        return new CronTable(name, kind, owner, crond, why, lines);
    }

    /** Why its crond ran nothing of it; empty if it did, or nobody knows which crond it was. */
    public Optional<Ignored> ignored(Accounts accounts) {
        if (unreadable.isPresent()) {
            return unreadable.map(why -> new Ignored(0, why));
        }
        Optional<Ignored> unknown = ofNobody(accounts);
        if (unknown.isPresent()) {
            return unknown;
        }
        if (crond.equals(Optional.of(Crond.CRONIE))) {
            return kind == Kind.USER ? CronieLimits.exceeded(lines) : Optional.empty();
        }
        return crond.isPresent() ? ignoredByDebian(accounts) : Optional.empty();
    }

    /** Why Debian's cron would have run nothing of it, where nobody knows which crond it was. */
    public Optional<Ignored> doubtful(Accounts accounts) {
        if (crond.isPresent() || unreadable.isPresent() || ofNobody(accounts).isPresent()) {
            return Optional.empty();
        }
        Path file = Path.of(name);
        boolean named = file.getParent() == null
                || !CronFolders.name(file.getParent()).equals("cron.d")
                || CronFolders.isDebians(CronFolders.name(file));
        return named
                ? ignoredByDebian(accounts)
                : Optional.of(new Ignored(0, "a name with other characters than A-Z, a-z, 0-9, _ and -"));
    }

    /** Every crond ignores the crontab of a user that its host does not have. */
    private Optional<Ignored> ofNobody(Accounts accounts) {
        return owner.filter(user -> kind == Kind.USER && !accounts.mayHave(user))
                .map(user -> new Ignored(0, "user `" + user + "` does not exist"));
    }

    private Optional<Ignored> ignoredByDebian(Accounts accounts) {
        if (kind == Kind.ANACRON || lines.isEmpty()) {
            return Optional.empty();
        }
        TextLine last = lines.get(lines.size() - 1);
        if (!last.ended()) {
            return Optional.of(new Ignored(last.number(), "the last line does not end with a line end"));
        }
        if (lines.size() > MOST_LINES_OF_DEBIAN) {
            return Optional.of(new Ignored(last.number(), "it has more than " + MOST_LINES_OF_DEBIAN + " lines"));
        }
        return lines.stream()
                .flatMap(line ->
                        DebianSyntax.line(line, kind, accounts::mayHave)
                                .map(why -> new Ignored(line.number(), why))
                                .stream())
                .findFirst();
    }
}
