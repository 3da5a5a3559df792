package io.fleetcron.config.calendar;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whole days of a calendar, in any time zone: {@code 2026-12-25}, or {@code 2026-12-24..2027-01-01}, both included.
 *
 * @param last not before {@code first}
 */
record DateSpan(LocalDate first, LocalDate last) {

    static final String EXAMPLES = "2026-12-25 or 2026-12-24..2027-01-01";

    private static final Pattern FORM =
            Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\\s*\\.\\.\\s*([0-9]{4}-[0-9]{2}-[0-9]{2}))?");

    /** What a text says, or what is wrong with it. */
    record Parsed(Optional<DateSpan> span, String problem) {}

    /** Reads either form. */
    static Parsed parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return bad("is not a date or a range of dates; write " + EXAMPLES);
        }
        Optional<LocalDate> first = date(form.group(1));
        Optional<LocalDate> last = form.group(2) == null ? first : date(form.group(2));
        if (first.isEmpty() || last.isEmpty()) {
            return bad("has a day that no calendar has");
        }
        return first.get().isAfter(last.get())
                ? bad("ends before it begins; write the earlier date first")
                : new Parsed(Optional.of(new DateSpan(first.get(), last.get())), "");
    }

    private static Parsed bad(String problem) {
        return new Parsed(Optional.empty(), problem);
    }

    private static Optional<LocalDate> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** From midnight to midnight. */
    Spans.Span<LocalDateTime> labelled(String label) {
        return new Spans.Span<>(first.atStartOfDay(), last.plusDays(1).atStartOfDay(), label);
    }

    @Override
    public String toString() {
        return first.equals(last) ? first.toString() : first + ".." + last;
    }
}
