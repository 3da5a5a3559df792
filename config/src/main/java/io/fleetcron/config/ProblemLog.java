package io.fleetcron.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Collects the problems of one file. Not thread-safe. */
final class ProblemLog {
    /** So many errors and so many warnings: a file that is no configuration at all must not flood the terminal. */
    private static final int LIMIT = 1000;

    private final Path file;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<Problem.Severity, Integer> count = new EnumMap<>(Problem.Severity.class);

    ProblemLog(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    void error(Position at, String message) {
        add(at, Problem.Severity.ERROR, message);
    }

    void warning(Position at, String message) {
        add(at, Problem.Severity.WARNING, message);
    }

    /** The problems so far, in the order of the file; what an alias repeats is said once. */
    List<Problem> sorted() {
        List<Problem> result = new ArrayList<>(new LinkedHashSet<>(problems));
        result.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        return result;
    }

    private void add(Position at, Problem.Severity severity, String message) {
        int same = count.merge(severity, 1, Integer::sum);
        if (same <= LIMIT) {
            problems.add(new Problem(file, at.line(), at.column(), severity, message));
        } else if (same == LIMIT + 1) {
            // Many warnings are no reason to refuse a file.
            String more = severity == Problem.Severity.ERROR ? "problems" : "warnings";
            problems.add(new Problem(
                    file, at.line(), at.column(), severity, "too many " + more + "; the others are not shown"));
        }
    }
}
