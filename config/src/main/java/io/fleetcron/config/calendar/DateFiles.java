package io.fleetcron.config.calendar;

import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.SourceText;
import io.fleetcron.config.yaml.YamlField;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The files of days that a configuration names, each read once. Not thread-safe. */
public final class DateFiles {

    private final Consumer<Path> before;
    private final Predicate<Path> mayOpen;
    private final Map<Path, Content> contents = new LinkedHashMap<>();

    /** A file's content, if it can be read, and its problems. */
    private record Content(Optional<Exclusion> days, ProblemLog log) {}

    /**
     * None yet.
     *
     * @param before gets each file right before it is looked at, also one that turns out not to exist
     * @param mayOpen whether a file that exists may be trusted; it reports itself what may not
     */
    public DateFiles(Consumer<Path> before, Predicate<Path> mayOpen) {
        this.before = before;
        this.mayOpen = mayOpen;
    }

    /** The file's days; empty, with a problem logged here or there, if it cannot be read. */
    Optional<Exclusion> read(Path file, YamlField namedBy) {
        before.accept(file);
        Optional<String> unusable = SourceText.unusable(file);
        if (unusable.isPresent()) {
            return namedBy.bad(Quote.of(file.toString()) + ": " + unusable.get());
        }
        return contents.computeIfAbsent(file, this::open).days();
    }

    private Content open(Path file) {
        ProblemLog log = new ProblemLog(file);
        return new Content(
                mayOpen.test(file) ? SourceText.read(log).map(text -> DateFile.read(text, log)) : Optional.empty(),
                log);
    }

    /** Those that were read or tried. */
    public List<Path> files() {
        return List.copyOf(contents.keySet());
    }

    /** All that is wrong with them, file by file. */
    public List<Problem> problems() {
        return contents.values().stream()
                .flatMap(content -> content.log().sorted().stream())
                .toList();
    }
}
