package io.fleetcron.config.crontab;

import io.fleetcron.config.crontab.CronTable.Kind;
import java.util.Map;
import java.util.Optional;

/** Tells a system crontab from a user's by its content: commands named like users are rare, one named root is none. */
final class UserColumn {

    private UserColumn() {}

    /** Whether the first word of some command is {@code root}, and so all of them must be users. */
    static boolean isIn(CronTable table) {
        return table.lines().stream().anyMatch(UserColumn::namesRoot);
    }

    private static boolean namesRoot(TextLine line) {
        String text = line.text().strip();
        if (text.startsWith("#") || Assignment.read(text).isPresent()) {
            return false;
        }
        try {
            Origin origin = new Origin("", line.number(), line.text());
            Entry entry = EntryReader.read(origin, Kind.SYSTEM, Optional.empty(), Map.of());
            return entry.user().equals(Optional.of("root"));
        } catch (RefusedLine e) {
            return false;
        }
    }
}
