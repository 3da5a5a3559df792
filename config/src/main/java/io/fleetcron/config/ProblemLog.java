package io.fleetcron.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/** Collects the problems of one file. Not thread-safe. */
final class ProblemLog {
    /** A file that is no configuration at all must not flood the terminal. */
    private static final int LIMIT = 1000;

    private final Path file;
    private final List<Problem> problems = new ArrayList<>();

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
        if (problems.size() < LIMIT) {
            problems.add(new Problem(file, at.line(), at.column(), severity, message));
        } else if (problems.size() == LIMIT) {
            problems.add(new Problem(
                    file,
                    at.line(),
                    at.column(),
                    Problem.Severity.ERROR,
                    "too many problems; the others are not shown"));
        }
    }
}
