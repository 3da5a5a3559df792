package io.fleetcron.config.calendar;

import io.fleetcron.config.calendar.Spans.Span;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.Quote;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

/** The content of a file of days: {@code *.ics}, or {@code *.txt} with a date or a range of dates in each line. */
public final class DateFile {

    private final ProblemLog log;
    private final String name;
    private final List<Span<LocalDateTime>> local = new ArrayList<>();
    private final List<Span<Instant>> fixed = new ArrayList<>();

    DateFile(ProblemLog log) {
        this.log = log;
        this.name = String.valueOf(log.file().getFileName());
    }

    /** Whether a file of this name is one. */
    public static boolean isNamed(String name) {
        return isCalendar(name) || name.endsWith(".txt");
    }

    private static boolean isCalendar(String name) {
        return name.endsWith(".ics");
    }

    /**
     * Reads a file's text; what is wrong with it goes into the log.
     *
     * @param log of the file
     */
    public static Exclusion read(String text, ProblemLog log) {
        DateFile file = new DateFile(log);
        if (isCalendar(file.name)) {
            new CalendarReader(file, log).read(text);
        } else {
            file.readDates(text);
        }
        if (file.local.isEmpty() && file.fixed.isEmpty() && log.sorted().isEmpty()) {
            log.warning(Position.START, "this file holds no day, so it excepts nothing");
        }
        return CalendarSpans.of(file.name, file.local, file.fixed);
    }

    private void readDates(String text) {
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            int comment = lines[i].indexOf('#');
            String line = comment < 0 ? lines[i] : lines[i].substring(0, comment);
            if (!line.isBlank()) {
                int start = line.indexOf(line.strip());
                readDate(line.strip(), new Position(i + 1, line.codePointCount(0, start) + 1));
            }
        }
    }

    private void readDate(String text, Position at) {
        DateSpan.Parsed parsed = DateSpan.parse(text);
        if (parsed.span().isPresent()) {
            add(parsed.span().get(), at.line());
        } else {
            String words = text.indexOf(' ') > 0 ? "; words go behind a #" : "";
            log.error(at, Quote.of(text) + " " + parsed.problem() + words);
        }
    }

    /** Whole days of any time zone. */
    void add(DateSpan span, int line) {
        local.add(span.labelled(label(span.toString(), line)));
    }

    /** A time of the wall clock of whatever zone. */
    void add(LocalDateTime start, LocalDateTime end, int line) {
        local.add(new Span<>(start, end, label(start + " to " + end, line)));
    }

    /** The same everywhere. */
    void add(Instant start, Instant end, int line) {
        fixed.add(new Span<>(start, end, label(start + " to " + end, line)));
    }

    private String label(String span, int line) {
        return span + " in " + name + ", line " + line;
    }
}
