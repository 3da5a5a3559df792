package io.fleetcron.config.calendar;

import io.fleetcron.config.calendar.CalendarTime.Day;
import io.fleetcron.config.calendar.CalendarTime.Fixed;
import io.fleetcron.config.calendar.CalendarTime.Floating;
import io.fleetcron.config.calendar.CalendarTime.Length;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.Quote;
import java.time.DateTimeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One event of an iCalendar file. Not thread-safe. */
final class CalendarEvent {

    /** What makes an event repeat. */
    private static final List<String> REPEATING = List.of("RRULE", "RDATE", "EXRULE", "EXDATE");

    private static final Length SECOND = new Length(0, java.time.Duration.ofSeconds(1));

    private final Position begin;
    private final Map<String, ContentLine> properties = new HashMap<>();

    /** @param begin where it begins */
    CalendarEvent(Position begin) {
        this.begin = begin;
    }

    void put(ContentLine line) {
        properties.putIfAbsent(line.name(), line);
    }

    /** Adds the event's days or times, unless it is cancelled. */
    void addTo(DateFile file) throws UnreadableException {
        if (get("STATUS")
                .filter(status -> status.value().equalsIgnoreCase("CANCELLED"))
                .isPresent()) {
            return;
        }
        refuseRepetition();
        ContentLine start =
                get("DTSTART").orElseThrow(() -> new UnreadableException(begin, "this event has no DTSTART"));
        Optional<ContentLine> end = get("DTEND");
        Optional<ContentLine> length = get("DURATION");
        if (end.isPresent() && length.isPresent()) {
            throw new UnreadableException(length.get().at(), "an event has DTEND or DURATION, not both");
        }
        CalendarTime from = CalendarTime.of(start);
        ContentLine last = end.or(() -> length).orElse(start);
        try {
            CalendarTime to = end.isPresent()
                    ? CalendarTime.of(last)
                    : from.plus(length.isPresent() ? Length.of(last) : Length.NONE);
            add(from, to, start.at().line(), file, last);
        } catch (DateTimeException e) {
            throw new UnreadableException(
                    last.valueAt(), last.name() + ": " + Quote.of(last.value()) + " is too far away");
        }
    }

    /** To leave some of its days out would be worse than to read none. */
    private void refuseRepetition() throws UnreadableException {
        for (String name : REPEATING) {
            if (get(name).isPresent()) {
                throw new UnreadableException(
                        get(name).get().at(),
                        name + ": events that repeat are not read; export the calendar with each event by itself, or"
                                + " write this one under `except` as a schedule, such as \"* * 25 12 *\"");
            }
        }
    }

    private static void add(CalendarTime from, CalendarTime to, int line, DateFile file, ContentLine last)
            throws UnreadableException {
        if (from instanceof Day first && to instanceof Day end && !end.date().isBefore(first.date())) {
            boolean one = end.date().equals(first.date()); // RFC 5545 wants the next day there; not all programs do
            file.add(new DateSpan(first.date(), one ? first.date() : end.date().minusDays(1)), line);
        } else if (from instanceof Floating first
                && to instanceof Floating end
                && !end.time().isBefore(first.time())) {
            Floating after = end.equals(first) ? end.plus(SECOND) : end;
            file.add(first.time(), after.time(), line);
        } else if (from instanceof Fixed first
                && to instanceof Fixed end
                && !end.time().isBefore(first.time())) {
            boolean moment = end.time().toInstant().equals(first.time().toInstant());
            file.add(
                    first.time().toInstant(),
                    (moment ? end.plus(SECOND) : end).time().toInstant(),
                    line);
        } else {
            throw new UnreadableException(
                    last.valueAt(),
                    last.name() + ": " + Quote.of(last.value())
                            + (from.getClass() == to.getClass()
                                    ? " is before the event's DTSTART"
                                    : " and the event's DTSTART must both be dates, both with a time zone, or both"
                                            + " times without one"));
        }
    }

    private Optional<ContentLine> get(String name) {
        return Optional.ofNullable(properties.get(name));
    }
}
