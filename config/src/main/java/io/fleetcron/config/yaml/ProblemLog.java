package io.fleetcron.config.yaml;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Collects the problems of one file. Not thread-safe. */
public final class ProblemLog {
    /** So many errors and so many warnings: a file that is not a configuration at all must not flood the terminal. */
    private static final int LIMIT = 1000;

    private static final int LINES_SHOWN = 8;

    private final Path file;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<Problem.Severity, Integer> count = new EnumMap<>(Problem.Severity.class);
    private final Map<String, Group> groups = new LinkedHashMap<>();

    /** The first warning of a group, and the lines of all of them. */
    private record Group(Position at, String message, SortedSet<Integer> lines) {
        String text() {
            List<String> others = lines.stream()
                    .filter(line -> line != at.line())
                    .map(String::valueOf)
                    .toList();
            if (others.isEmpty()) {
                return message;
            }
            int shown = Math.min(LINES_SHOWN, others.size());
            String more = shown < others.size() ? " and " + (others.size() - shown) + " more" : "";
            return message + " Likewise in line" + (others.size() == 1 ? " " : "s ")
                    + String.join(", ", others.subList(0, shown)) + more + ".";
        }
    }

    public ProblemLog(Path file) {
        this.file = file;
    }

    public Path file() {
        return file;
    }

    public void error(Position at, String message) {
        add(at, Problem.Severity.ERROR, message);
    }

    public void warning(Position at, String message) {
        add(at, Problem.Severity.WARNING, message);
    }

    /**
     * A warning whose cause lies outside the file: those of one group are said once, where the first one stands, with
     * the lines of the others.
     *
     * @param group empty for a warning that stands for itself
     */
    public void warning(Position at, String message, String group) {
        if (group.isEmpty()) {
            warning(at, message);
        } else {
            groups.computeIfAbsent(group, g -> new Group(at, message, new TreeSet<>()))
                    .lines
                    .add(at.line());
        }
    }

    /** The problems so far, in the order of the file; what an alias repeats is said once. */
    public List<Problem> sorted() {
        List<Problem> result = new ArrayList<>(new LinkedHashSet<>(problems));
        groups.values()
                .forEach(group -> result.add(
                        new Problem(file, group.at.line(), group.at.column(), Problem.Severity.WARNING, group.text())));
        result.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        return result;
    }

    private void add(Position at, Problem.Severity severity, String message) {
        int same = count.merge(severity, 1, Integer::sum);
        if (same <= LIMIT) {
            problems.add(new Problem(file, at.line(), at.column(), severity, message));
        } else if (same == LIMIT + 1) {
            // Warnings alone, however many, do not refuse a file.
            String more = severity == Problem.Severity.ERROR ? "problems" : "warnings";
            problems.add(new Problem(
                    file, at.line(), at.column(), severity, "too many " + more + "; the others are not shown"));
        }
    }
}
