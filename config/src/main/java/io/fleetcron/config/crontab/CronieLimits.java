package io.fleetcron.config.crontab;

import java.util.List;
import java.util.Optional;

/** How much of a user's crontab cronie takes; of a longer one it runs nothing. {@code macros.h} of cronie 1.7.2. Pure. */
final class CronieLimits {
    private static final int MOST_ENTRIES = 10_000;
    private static final int MOST_VARIABLES = 1_000;

    /** Bytes of comments and blank lines in one piece. */
    private static final int MOST_BETWEEN = 32_768;

    private CronieLimits() {}

    /** On which line it gave up; empty if it took all. */
    static Optional<Ignored> exceeded(List<TextLine> lines) {
        int entries = 0;
        int variables = 0;
        int between = 0;
        for (TextLine line : lines) {
            if (line.isEntry()) {
                entries++;
                between = 0;
            } else if (Assignment.read(line.text()).isPresent()
                    && !line.text().strip().startsWith("#")) {
                variables++;
                between = 0;
            } else {
                between += line.bytes() + 1;
            }
            Optional<String> why = why(entries, variables, between);
            if (why.isPresent()) {
                return why.map(reason -> new Ignored(line.number(), reason));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> why(int entries, int variables, int between) {
        if (entries > MOST_ENTRIES) {
            return Optional.of("a user's crontab has at most " + MOST_ENTRIES + " entries");
        }
        if (variables > MOST_VARIABLES) {
            return Optional.of("a user's crontab sets at most " + MOST_VARIABLES + " variables");
        }
        return between > MOST_BETWEEN
                ? Optional.of("there are more than " + MOST_BETWEEN + " bytes of comments in one piece")
                : Optional.empty();
    }
}
