package io.fleetcron.config.calendar;

import io.fleetcron.config.calendar.ContentLine.Unfolded;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.Quote;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of an iCalendar file (RFC 5545). Whatever else a calendar holds does not count: tasks, alarms, time zones
 * of its own. Not thread-safe.
 */
final class CalendarReader {

    private static final String CALENDAR = "VCALENDAR";
    private static final String EVENT = "VEVENT";

    private final DateFile file;
    private final ProblemLog log;
    private final Deque<ContentLine> open = new ArrayDeque<>();
    private @Nullable CalendarEvent event;

    CalendarReader(DateFile file, ProblemLog log) {
        this.file = file;
        this.log = log;
    }

    /** Reads as far as the file is one: what follows a broken line cannot be known. */
    void read(String text) {
        for (Unfolded unfolded : ContentLine.unfold(text)) {
            Optional<ContentLine> line = ContentLine.parse(unfolded);
            Optional<String> problem = line.isEmpty()
                    ? Optional.of(Quote.of(unfolded.text()) + " is not a line of iCalendar, which is NAME:value")
                    : take(line.get());
            if (problem.isPresent()) {
                log.error(new Position(unfolded.line(), 1), problem.get());
                return;
            }
        }
        if (!open.isEmpty()) {
            String component = open.peek().value();
            log.error(open.peek().at(), "BEGIN:" + component + " has no END:" + component + "; the file is cut off");
        }
    }

    private Optional<String> take(ContentLine line) {
        if (line.is("BEGIN")) {
            return begin(line);
        }
        if (open.isEmpty()) {
            return Optional.of("an iCalendar file begins with BEGIN:" + CALENDAR + ", found " + Quote.of(line.name()));
        }
        if (line.is("END")) {
            return end(line);
        }
        if (event != null && isOf(open.element(), EVENT)) {
            event.put(line);
        }
        return Optional.empty();
    }

    private Optional<String> begin(ContentLine line) {
        if (open.isEmpty() && !isOf(line, CALENDAR)) {
            return Optional.of("an iCalendar file begins with BEGIN:" + CALENDAR + ", found " + Quote.of(line.value()));
        }
        if (isOf(line, EVENT)) {
            event = new CalendarEvent(line.at());
        }
        open.push(line);
        return Optional.empty();
    }

    private Optional<String> end(ContentLine line) {
        ContentLine begin = open.pop();
        if (!isOf(begin, line.value())) {
            return Optional.of("END:" + begin.value() + " is expected here, for the BEGIN on line "
                    + begin.at().line() + ", found " + Quote.of(line.value()));
        }
        if (isOf(begin, EVENT) && event != null) {
            try {
                event.addTo(file);
            } catch (UnreadableException e) {
                log.error(e.at(), String.valueOf(e.getMessage()));
            }
            event = null;
        }
        return Optional.empty();
    }

    private static boolean isOf(ContentLine line, String component) {
        return line.value().equalsIgnoreCase(component);
    }
}
