package io.fleetcron.cli.files;

import io.fleetcron.config.crontab.jobs.ImportedItem.Refused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What to report of refused lines: each reason of a file once, as a file of another kind has hundreds of such lines. */
final class RefusedLines {
    private RefusedLines() {}

    /** A message for each reason, in the order of the first lines. */
    static List<String> of(List<Refused> lines) {
        Map<List<String>, List<Refused>> alike = new LinkedHashMap<>();
        for (Refused line : lines) {
            alike.computeIfAbsent(List.of(line.origin().file(), line.reason()), key -> new ArrayList<>())
                    .add(line);
        }
        return alike.values().stream().map(RefusedLines::message).toList();
    }

    private static String message(List<Refused> alike) {
        Refused first = alike.get(0);
        int more = alike.size() - 1;
        String others = "; so " + (more == 1 ? "is 1 more line" : "are " + more + " more lines")
                + " of this file, up to " + alike.get(more).origin().line();
        return first.origin() + ": refused: " + first.reason() + (more == 0 ? "" : others);
    }
}
