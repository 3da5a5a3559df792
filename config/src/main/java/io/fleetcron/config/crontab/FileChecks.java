package io.fleetcron.config.crontab;

import io.fleetcron.config.crontab.CronTable.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Whose a crontab must be, and with which mode, for a crond to read it: {@code database.c} of cron 3.0pl1 with Debian's
 * changes, and of cronie 1.7. For systems that are in use; a copy of a file has other owners.
 *
 * @param crond which rules hold
 * @param root the user who owns the system, and so its root folder
 * @param accounts its users
 */
record FileChecks(Crond crond, int root, Accounts accounts) {
    private static final int OTHERS_WRITE = 022;
    private static final int ALL_BITS = 07777;
    private static final int CRONIES_BITS = 07533;

    /** Why crond ignores this file; empty if it reads it. */
    Optional<String> ignored(Path file, Kind kind, Optional<String> user) {
        int mode;
        int uid;
        int links;
        try {
            mode = (int) Files.getAttribute(file, "unix:mode") & ALL_BITS;
            uid = (int) Files.getAttribute(file, "unix:uid");
            links = (int) Files.getAttribute(file, "unix:nlink");
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty(); // reading it reports what is wrong
        }
        if (user.isPresent() && !accounts.mayHave(user.get())) {
            return Optional.of("user `" + user.get() + "` does not exist");
        }
        boolean owned = uid == root
                || user.flatMap(accounts::uid).map(own -> own == uid).orElse(kind == Kind.USER);
        if (!owned) {
            return Optional.of("it belongs to user " + uid + ", not to "
                    + user.map(name -> name + " or ").orElse("") + "root");
        }
        if (!hasMode(mode, kind)) {
            return Optional.of("its mode is " + String.format(Locale.ROOT, "%04o", mode));
        }
        boolean linked = crond == Crond.CRONIE && kind == Kind.USER && links > 1;
        return linked ? Optional.of("it has " + links + " hard links") : Optional.empty();
    }

    private boolean hasMode(int mode, Kind kind) {
        if (crond == Crond.CRONIE) {
            return (mode & CRONIES_BITS) == 0400;
        }
        return kind == Kind.USER ? mode == 0600 : (mode & OTHERS_WRITE) == 0;
    }
}
