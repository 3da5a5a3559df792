package io.fleetcron.config.calendar;

import io.fleetcron.config.schedule.ScheduleException;
import io.fleetcron.config.schedule.WallClockPattern;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the key {@code except}. */
public final class ExclusionReader {
    private static final String NOTHING = "none";

    private final Path folder;
    private final DateFiles files;

    /**
     * Makes a reader for one file.
     *
     * @param folder where relative paths count from
     */
    public ExclusionReader(Path folder, DateFiles files) {
        this.folder = folder;
        this.files = files;
    }

    /** The sets of a list, or of a single one; an empty list for the word {@code none}. */
    public Optional<List<Exclusion>> read(YamlField field) {
        if (field.value() instanceof Sequence) {
            return field.list(this::one);
        }
        return field.value() instanceof Scalar scalar && scalar.text().equals(NOTHING)
                ? Optional.of(List.of())
                : one(field).map(List::of);
    }

    private Optional<Exclusion> one(YamlField field) {
        return field.scalar().flatMap(scalar -> {
            String text = scalar.text().strip();
            if (DateFile.isNamed(text)) {
                return field.path(folder).flatMap(path -> files.read(path, field));
            }
            if (text.matches("[0-9]{4}-.*")) {
                return dates(text, field);
            }
            if (text.startsWith("@") || text.matches("\\S+\\s.*")) {
                return pattern(text, scalar, field);
            }
            return field.bad(Quote.of(text) + " is none of these: a date or a range such as " + DateSpan.EXAMPLES
                    + ", a schedule such as \"* * 25 12 *\", a file *.ics or *.txt");
        });
    }

    private static Optional<Exclusion> dates(String text, YamlField field) {
        DateSpan.Parsed parsed = DateSpan.parse(text);
        return parsed.span().isPresent()
                ? parsed.span()
                        .map(span ->
                                CalendarSpans.of(span.toString(), List.of(span.labelled(span.toString())), List.of()))
                : field.bad(Quote.of(text) + " " + parsed.problem());
    }

    private static Optional<Exclusion> pattern(String text, Scalar scalar, YamlField field) {
        try {
            return Optional.of(
                    new WallClockExclusion(text.replaceAll("\\s+", " "), WallClockPattern.parse(scalar.text())));
        } catch (ScheduleException e) {
            String hint = e.hint().isEmpty() ? "" : "; " + e.hint();
            field.log()
                    .error(
                            scalar.character(Math.max(0, e.column() - 1)),
                            field.name() + ": " + Quote.of(text) + ": " + e.getMessage() + hint);
            return Optional.empty();
        }
    }
}
