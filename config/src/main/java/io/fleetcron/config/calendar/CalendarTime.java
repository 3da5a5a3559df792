package io.fleetcron.config.calendar;

import io.fleetcron.config.yaml.Quote;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A date or a time as iCalendar writes it: RFC 5545, 3.3.4 and 3.3.5. */
sealed interface CalendarTime {

    /** The same, moved by so many days of the calendar and then by a length of time. */
    CalendarTime plus(Length length);

    /** A whole day of any time zone. */
    record Day(LocalDate date) implements CalendarTime {
        @Override
        public Day plus(Length length) {
            return new Day(date.plusDays(length.days()));
        }
    }

    /** A time of the wall clock of any time zone. */
    record Floating(LocalDateTime time) implements CalendarTime {
        @Override
        public Floating plus(Length length) {
            return new Floating(time.plusDays(length.days()).plus(length.rest()));
        }
    }

    /** The same instant everywhere. */
    record Fixed(ZonedDateTime time) implements CalendarTime {
        @Override
        public Fixed plus(Length length) {
            return new Fixed(time.plusDays(length.days()).plus(length.rest()));
        }
    }

    /** How long an event takes: RFC 5545, 3.3.6. */
    record Length(long days, Duration rest) {
        static final Length NONE = new Length(0, Duration.ZERO);

        private static final Pattern FORM = Pattern.compile("P(?:([0-9]{1,4})W|([0-9]{1,5})D)?(T[0-9HMS]{2,20})?");

        static Length of(ContentLine line) throws UnreadableException {
            Matcher form = FORM.matcher(line.value());
            if (!form.matches() || line.value().length() < 2) {
                throw bad(line, "is not a length of time such as P1D or PT1H30M");
            }
            long weeks = form.group(1) == null ? 0 : Long.parseLong(form.group(1));
            long days = form.group(2) == null ? 7 * weeks : Long.parseLong(form.group(2));
            try {
                return new Length(days, form.group(3) == null ? Duration.ZERO : Duration.parse("P" + form.group(3)));
            } catch (DateTimeException e) {
                throw bad(line, "is not a length of time such as P1D or PT1H30M");
            }
        }
    }

    /** Reads the value of DTSTART or DTEND. */
    static CalendarTime of(ContentLine line) throws UnreadableException {
        String value = line.value();
        try {
            if (value.matches("[0-9]{8}")) {
                return new Day(LocalDate.parse(value, DateTimeFormatter.BASIC_ISO_DATE));
            }
            if (value.matches("[0-9]{8}T[0-9]{6}Z?")) {
                LocalDateTime time = LocalDateTime.parse(
                        value.substring(0, 15), DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss", Locale.ROOT));
                return value.endsWith("Z") ? new Fixed(time.atZone(ZoneOffset.UTC)) : inZone(time, line);
            }
        } catch (DateTimeException e) {
            throw bad(line, "is a time that no calendar has");
        }
        throw bad(line, "is not a date such as 20261225 or a time such as 20261225T080000Z");
    }

    private static CalendarTime inZone(LocalDateTime time, ContentLine line) throws UnreadableException {
        String zone = line.parameters().get("TZID");
        if (zone == null) {
            return new Floating(time);
        }
        if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            throw new UnreadableException(
                    line.at(),
                    line.name() + ": " + Quote.of(zone) + " is not an IANA time zone; export the calendar with one such"
                            + " as Europe/Berlin, or in UTC");
        }
        return new Fixed(time.atZone(ZoneId.of(zone)));
    }

    private static UnreadableException bad(ContentLine line, String problem) {
        return new UnreadableException(line.valueAt(), line.name() + ": " + Quote.of(line.value()) + " " + problem);
    }
}
