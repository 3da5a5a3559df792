package io.fleetcron.config.calendar;

import io.fleetcron.config.calendar.Spans.Span;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/**
 * Days and events.
 *
 * @param written what they are called together
 * @param local those of any time zone: the wall clock of the job's decides
 * @param fixed those that are at the same instant everywhere
 */
record CalendarSpans(String written, Spans<LocalDateTime> local, Spans<Instant> fixed) implements Exclusion {

    static CalendarSpans of(String written, List<Span<LocalDateTime>> local, List<Span<Instant>> fixed) {
        return new CalendarSpans(written, new Spans<>(local), new Spans<>(fixed));
    }

    @Override
    public Optional<String> part(ZonedDateTime time) {
        return local.at(time.toLocalDateTime()).or(() -> fixed.at(time.toInstant()));
    }

    @Override
    public String canonical() {
        return "local " + local.canonical() + " fixed " + fixed.canonical();
    }
}
