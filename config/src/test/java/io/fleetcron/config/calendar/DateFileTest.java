package io.fleetcron.config.calendar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.ProblemLog;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of days: which times are in them, and what is said of those that cannot be read. */
final class DateFileTest {

    private static final String CALENDAR = """
            BEGIN:VCALENDAR
            VERSION:2.0
            BEGIN:VTIMEZONE
            TZID:Europe/Berlin
            BEGIN:STANDARD
            DTSTART:19701025T030000
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
            END:STANDARD
            END:VTIMEZONE
            EVENTS
            END:VCALENDAR
            """;

    private static final String DATES = """
            # Holidays
            2026-12-25   # Christmas Day

              2026-12-31..2027-01-01
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2026-12-24T22:59:59Z | Europe/Berlin |
                    2026-12-24T23:00:00Z | Europe/Berlin | excepted: 2026-12-25 in days.txt, line 2
                    2026-12-25T22:59:59Z | Europe/Berlin | excepted: 2026-12-25 in days.txt, line 2
                    2026-12-25T23:00:00Z | Europe/Berlin |
                    2026-12-25T23:00:00Z | UTC           | excepted: 2026-12-25 in days.txt, line 2
                    2026-12-31T00:00:00Z | UTC           | excepted: 2026-12-31..2027-01-01 in days.txt, line 4
                    2027-01-01T23:59:59Z | UTC           | excepted: 2026-12-31..2027-01-01 in days.txt, line 4
                    2027-01-02T00:00:00Z | UTC           |
                    """)
    void datesAreWholeDaysOfTheJobsZone(Instant fire, String zone, String reason) {
        assertEquals(Objects.requireNonNullElse(reason, ""), reason("days.txt", DATES, fire, zone));
    }

    /** Each event takes the times from its start up to, but not including, its end. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    DTSTART;VALUE=DATE:20261225~DTEND;VALUE=DATE:20261227     | 2026-12-24T22:59:59Z | 2026-12-24T23:00:00Z | 2026-12-26T22:59:59Z | 2026-12-26T23:00:00Z
                    DTSTART;VALUE=DATE:20261225                               | 2026-12-24T22:59:59Z | 2026-12-24T23:00:00Z | 2026-12-25T22:59:59Z | 2026-12-25T23:00:00Z
                    DTSTART;VALUE=DATE:20261225~DTEND;VALUE=DATE:20261225     | 2026-12-24T22:59:59Z | 2026-12-24T23:00:00Z | 2026-12-25T22:59:59Z | 2026-12-25T23:00:00Z
                    DTSTART;VALUE=DATE:20261225~DURATION:P1W                  | 2026-12-24T22:59:59Z | 2026-12-24T23:00:00Z | 2026-12-31T22:59:59Z | 2026-12-31T23:00:00Z
                    DTSTART:20261225T080000~DTEND:20261225T120000             | 2026-12-25T06:59:59Z | 2026-12-25T07:00:00Z | 2026-12-25T10:59:59Z | 2026-12-25T11:00:00Z
                    DTSTART:20261225T080000Z~DTEND:20261225T120000Z           | 2026-12-25T07:59:59Z | 2026-12-25T08:00:00Z | 2026-12-25T11:59:59Z | 2026-12-25T12:00:00Z
                    DTSTART;TZID=America/New_York:20261225T080000~DURATION:PT4H | 2026-12-25T12:59:59Z | 2026-12-25T13:00:00Z | 2026-12-25T16:59:59Z | 2026-12-25T17:00:00Z
                    DTSTART;TZID="Europe/Berlin":20261024T120000~DURATION:P1D | 2026-10-24T09:59:59Z | 2026-10-24T10:00:00Z | 2026-10-25T10:59:59Z | 2026-10-25T11:00:00Z
                    DTSTART:20261225T080000Z                                  | 2026-12-25T07:59:59Z | 2026-12-25T08:00:00Z | 2026-12-25T08:00:00Z | 2026-12-25T08:00:01Z
                    """)
    void eventsAreFromStartToEnd(String lines, Instant before, Instant first, Instant last, Instant after) {
        String text = event(lines);
        List<String> found = List.of(before, first, last, after).stream()
                .map(fire -> reason("x.ics", text, fire, "Europe/Berlin"))
                .toList();
        assertEquals("", found.get(0));
        assertEquals(" in x.ics, line 11", found.get(1).substring(found.get(1).indexOf(" in ")));
        assertEquals(found.get(1), found.get(2));
        assertEquals("", found.get(3));
    }

    @Test
    void aReasonSaysWhichEvent() {
        Instant fire = Instant.parse("2026-12-25T08:00:00Z");
        assertEquals(
                "excepted: 2026-12-24..2026-12-26 in x.ics, line 11",
                reason("x.ics", event("DTSTART;VALUE=DATE:20261224~DTEND;VALUE=DATE:20261227"), fire, "UTC"));
        assertEquals(
                "excepted: 2026-12-25T08:00:00Z to 2026-12-25T09:00:00Z in x.ics, line 11",
                reason("x.ics", event("DTSTART:20261225T080000Z~DURATION:PT1H"), fire, "UTC"));
        assertEquals(
                "excepted: 2026-12-25T08:00 to 2026-12-25T09:00 in x.ics, line 11",
                reason("x.ics", event("DTSTART:20261225T080000~DURATION:PT1H"), fire, "UTC"));
    }

    @Test
    void linesMayBeFoldedAndEndAsOnOtherSystems() {
        String text =
                event("DTSTART;VALUE=DATE:20261225~SUMMARY:Christmas; Day").replace("20261225", "2026\n 1225");
        Instant fire = Instant.parse("2026-12-25T08:00:00Z");
        assertEquals("excepted: 2026-12-25 in x.ics, line 11", reason("x.ics", text, fire, "UTC"));
        assertEquals(
                "excepted: 2026-12-25 in x.ics, line 11", reason("x.ics", text.replace("\n", "\r\n"), fire, "UTC"));
    }

    @Test
    void whatIsCancelledAndWhatIsNoEventDoesNotCount() {
        String cancelled = event("DTSTART;VALUE=DATE:20261225~STATUS:CANCELLED~RRULE:FREQ=DAILY");
        String task = event("DTSTART;VALUE=DATE:20261225").replace("VEVENT", "VTODO");
        String alarm = event("DTSTART;VALUE=DATE:20261226~BEGIN:VALARM~DTSTART;VALUE=DATE:20261225~END:VALARM");
        for (String text : List.of(cancelled, task, alarm)) {
            assertEquals("", reason("x.ics", text, Instant.parse("2026-12-25T08:00:00Z"), "UTC"), text);
        }
    }

    /** Lines and columns are those of the first line of an event, 10 being that of its BEGIN. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SUMMARY:x                                  | 10:1: error: this event has no DTSTART
                    DTSTART;VALUE=DATE:20261225~RRULE:FREQ=YEARLY | 12:1: error: RRULE: events that repeat are not read; export the calendar with each event by itself, or write this one under `except` as a schedule, such as "* * 25 12 *"
                    DTSTART;VALUE=DATE:20261225~RDATE:20271225 | 12:1: error: RDATE: events that repeat are not read; export the calendar with each event by itself, or write this one under `except` as a schedule, such as "* * 25 12 *"
                    DTSTART:2026-12-25                         | 11:9: error: DTSTART: "2026-12-25" is not a date such as 20261225 or a time such as 20261225T080000Z
                    DTSTART;VALUE=DATE:20260230                | 11:20: error: DTSTART: "20260230" is a time that no calendar has
                    DTSTART:20261225T250000Z                   | 11:9: error: DTSTART: "20261225T250000Z" is a time that no calendar has
                    DTSTART;TZID=W. Europe Standard Time:20261225T080000 | 11:1: error: DTSTART: "W. Europe Standard Time" is not an IANA time zone; export the calendar with one such as Europe/Berlin, or in UTC
                    DTSTART;VALUE=DATE:20261225~DTEND;VALUE=DATE:20261224 | 12:18: error: DTEND: "20261224" is before the event's DTSTART
                    DTSTART;VALUE=DATE:20261225~DTEND:20261226T000000Z | 12:7: error: DTEND: "20261226T000000Z" and the event's DTSTART must both be dates, both with a time zone, or both times without one
                    DTSTART:20261225T080000Z~DTEND:20261226T000000Z~DURATION:P1D | 13:1: error: an event has DTEND or DURATION, not both
                    DTSTART:20261225T080000Z~DURATION:1h       | 12:10: error: DURATION: "1h" is not a length of time such as P1D or PT1H30M
                    DTSTART:20261225T080000Z~DURATION:PT       | 12:10: error: DURATION: "PT" is not a length of time such as P1D or PT1H30M
                    DTSTART:20261225T080000Z~X                 | 12:1: error: "X" is not a line of iCalendar, which is NAME:value
                    DTSTART:20261225T080000Z~END:VTODO         | 12:1: error: END:VEVENT is expected here, for the BEGIN on line 10, found "VTODO"
                    """)
    void saysWhatCannotBeRead(String lines, String problem) {
        assertEquals("x.ics:" + problem, problems("x.ics", event(lines)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    x.ics | hello                        | x.ics:1:1: error: "hello" is not a line of iCalendar, which is NAME:value
                    x.ics | a:b                          | x.ics:1:1: error: an iCalendar file begins with BEGIN:VCALENDAR, found "A"
                    x.ics | BEGIN:VEVENT                 | x.ics:1:1: error: an iCalendar file begins with BEGIN:VCALENDAR, found "VEVENT"
                    x.ics | BEGIN:VCALENDAR~BEGIN:VEVENT | x.ics:2:1: error: BEGIN:VEVENT has no END:VEVENT; the file is cut off
                    x.ics | ''                           | x.ics:1:1: warning: this file holds no day, so it excepts nothing
                    x.ics | BEGIN:VCALENDAR~END:VCALENDAR | x.ics:1:1: warning: this file holds no day, so it excepts nothing
                    x.txt | '# none'                     | x.txt:1:1: warning: this file holds no day, so it excepts nothing
                    x.txt | 2026-12-25~  Xmas            | x.txt:2:3: error: "Xmas" is not a date or a range of dates; write 2026-12-25 or 2026-12-24..2027-01-01
                    x.txt | 2026-12-25 Xmas              | x.txt:1:1: error: "2026-12-25 Xmas" is not a date or a range of dates; write 2026-12-25 or 2026-12-24..2027-01-01; words go behind a #
                    x.txt | 2026-13-01                   | x.txt:1:1: error: "2026-13-01" has a day that no calendar has
                    """)
    void saysWhatIsNoFileOfDays(String name, String text, String problem) {
        assertEquals(problem, problems(name, text.replace('~', '\n')));
    }

    @Test
    void onlyTheTimesCountForTheForm() {
        String one = "2026-12-25\n2026-12-26\n";
        assertEquals(
                canonical("a.txt", one), canonical("b.txt", "# other words\n2026-12-26\n2026-12-25 # and order\n"));
        assertEquals(canonical("a.txt", "2026-12-25"), canonical("x.ics", event("DTSTART;VALUE=DATE:20261225")));
        assertNotEquals(canonical("a.txt", one), canonical("a.txt", "2026-12-25\n2026-12-27\n"));
    }

    /** Against a search through all of them; overlaps, duplicates and neighbours included. */
    @Test
    void spansAreFoundLikeByLookingAtEach() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            List<Spans.Span<Integer>> all = random.ints(random.nextInt(12), 0, 40)
                    .mapToObj(start -> new Spans.Span<>(start, start + 1 + random.nextInt(15), "x"))
                    .collect(Collectors.toList());
            Spans<Integer> spans = new Spans<>(all);
            for (int at = -1; at < 60; at++) {
                int time = at;
                assertEquals(
                        all.stream().anyMatch(span -> span.start() <= time && time < span.end()),
                        spans.at(time).isPresent(),
                        all + " at " + at);
            }
        }
    }

    /** Whatever stands in a file: problems in plain words, no exception. */
    @Test
    void noInputGivesMoreThanAProblem() {
        long seed = Long.getLong("fleetcron.fuzz.seed", System.nanoTime());
        Random random = new Random(seed);
        String whole = event("DTSTART;TZID=\"Europe/Berlin\":20261024T120000~DURATION:P1DT5H~STATUS:X");
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder(whole);
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, "\n :;=\"TZ9-".charAt(random.nextInt(10)));
                    default -> text.setCharAt(at, (char) (' ' + random.nextInt(95)));
                }
            }
            try {
                problems("x.ics", text.toString());
                problems("x.txt", text.toString());
            } catch (RuntimeException e) {
                throw new AssertionError("-Dfleetcron.fuzz.seed=" + seed + "\n" + text, e);
            }
        }
    }

    private static String event(String lines) {
        String event = "BEGIN:VEVENT\n" + lines.strip().replace('~', '\n') + "\nEND:VEVENT";
        return CALENDAR.replace("EVENTS", event);
    }

    private static String reason(String name, String text, Instant fire, String zone) {
        ProblemLog log = new ProblemLog(Path.of(name));
        Exclusions exclusions = new Exclusions(List.of(DateFile.read(text, log)), ZoneId.of(zone));
        assertEquals(List.of(), log.sorted().stream().filter(Problem::isError).toList(), text);
        return exclusions.reason(fire).orElse("");
    }

    private static String canonical(String name, String text) {
        return DateFile.read(text, new ProblemLog(Path.of(name))).canonical();
    }

    private static String problems(String name, String text) {
        ProblemLog log = new ProblemLog(Path.of(name));
        DateFile.read(text, log);
        return log.sorted().stream().map(Object::toString).collect(Collectors.joining("\n"));
    }
}
