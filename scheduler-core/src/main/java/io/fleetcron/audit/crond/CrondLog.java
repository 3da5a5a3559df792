package io.fleetcron.audit.crond;

import io.fleetcron.json.StrictJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The log of one host, read line by line from its beginning: what {@code journalctl} prints with {@code -o short},
 * {@code short-iso} or {@code json}, and files of syslog, with stamps as in RFC 3164 or RFC 3339. Lines of other programs are
 * passed over. Not thread-safe.
 */
public final class CrondLog {

    private static final Pattern LINE = Pattern.compile(
            "([A-Z][a-z]{2} [ \\d]\\d [\\d:]{8}|\\d{4}-\\d\\d-\\d\\dT\\S+) \\S+ " + "([^\\s:\\[]+)(?:\\[\\d+])?: (.*)");

    /** Debian's cron and cronie (log_it() in misc.c), with the process that {@code cron -L 8} puts before the command. */
    private static final Pattern CMD = Pattern.compile("\\(([^()]+)\\) CMD \\((?:\\[\\d+] )?(.*)\\)\\s*");

    /** Debian's cron, cronie, and the path by which older ones were called. */
    private static final Pattern CROND = Pattern.compile("(?:.*/)?crond?", Pattern.CASE_INSENSITIVE);

    /** Since 1970, up to the year 2286. */
    private static final Pattern MICROS = Pattern.compile("\\d{1,16}");

    private static final DateTimeFormatter SYSLOG = new DateTimeFormatterBuilder()
            .appendPattern("MMM ppd HH:mm:ss")
            .parseDefaulting(ChronoField.YEAR, Year.of(2000).getValue()) // has a 29 February
            .toFormatter(Locale.ENGLISH);

    /** With an offset as {@code +02:00} or, as older versions of systemd print it, {@code +0200}. */
    private static final List<DateTimeFormatter> ISO =
            List.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME, DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXX"));

    private final ZoneId zone;
    private final Instant now;
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;
    private long unreadable;

    /**
     * @param zone of the host, for stamps without an offset
     * @param now no line is from later than a day after: so stamps without a year find theirs
     */
    public CrondLog(ZoneId zone, Instant now) {
        this.zone = zone;
        this.now = now;
    }

    /** The start that this line is about; empty for any other line. */
    public Optional<CrondStart> read(String line) {
        return line.startsWith("{") ? json(line) : text(line);
    }

    /** The earliest stamp that was read; empty if there was none. */
    public Optional<Instant> first() {
        return Optional.of(first).filter(time -> !time.equals(Instant.MAX));
    }

    /** The latest one. */
    public Optional<Instant> last() {
        return Optional.of(last).filter(time -> !time.equals(Instant.MIN));
    }

    /** How many lines seem to be about a start and have a form that is not known. */
    public long unreadable() {
        return unreadable;
    }

    private Optional<CrondStart> text(String line) {
        Matcher found = LINE.matcher(line);
        Optional<Instant> at = found.matches() ? stamp(found.group(1)) : Optional.empty();
        if (at.isEmpty()) {
            unreadable += line.contains(") CMD (") ? 1 : 0;
            return Optional.empty();
        }
        return message(at.get(), found.group(2), found.group(3));
    }

    /** systemd.journal-fields(7). A message with bytes that are not printable is a list of numbers there, which crond never writes. */
    private Optional<CrondStart> json(String line) {
        record Entry(Instant at, String program, String message) {}
        Optional<Entry> entry = StrictJson.read(line, json -> {
            String micros = json.word("__REALTIME_TIMESTAMP");
            if (!MICROS.matcher(micros).matches()) {
                throw StrictJson.refuse(micros);
            }
            return new Entry(
                    Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS),
                    json.has("SYSLOG_IDENTIFIER") ? json.line("SYSLOG_IDENTIFIER") : "",
                    json.line("MESSAGE"));
        });
        if (entry.isEmpty()) {
            unreadable += line.contains(") CMD (") ? 1 : 0;
            return Optional.empty();
        }
        return message(entry.get().at(), entry.get().program(), entry.get().message());
    }

    private Optional<CrondStart> message(Instant at, String program, String message) {
        first = at.isBefore(first) ? at : first;
        last = at.isAfter(last) ? at : last;
        Matcher cmd = CMD.matcher(message);
        return CROND.matcher(program).matches() && cmd.matches()
                ? Optional.of(new CrondStart(at, cmd.group(1), cmd.group(2).strip()))
                : Optional.empty();
    }

    private Optional<Instant> stamp(String text) {
        if (!Character.isDigit(text.charAt(0))) {
            try {
                return Optional.of(withYear(LocalDateTime.parse(text, SYSLOG)));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }
        return ISO.stream().flatMap(form -> parsed(text, form).stream()).findFirst();
    }

    private static Optional<Instant> parsed(String text, DateTimeFormatter form) {
        try {
            return Optional.of(OffsetDateTime.parse(text, form).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The newest year with which it is not in the future. */
    private Instant withYear(LocalDateTime stamp) {
        Instant limit = now.plusSeconds(24 * 60 * 60);
        int year = limit.atZone(zone).getYear();
        LocalDateTime then = in(year, stamp);
        while (instant(then).isAfter(limit) || then.getDayOfMonth() != stamp.getDayOfMonth()) {
            then = in(--year, stamp);
        }
        return instant(then);
    }

    private static LocalDateTime in(int year, LocalDateTime stamp) {
        return stamp.withYear(year); // of 29 February, 28 where the year has none
    }

    /** Of a time that came twice, the second one where the log has reached the first one's end. */
    private Instant instant(LocalDateTime time) {
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
        if (offsets.size() < 2) {
            return time.atZone(zone).toInstant();
        }
        Instant earlier = time.toInstant(offsets.get(0));
        return earlier.isBefore(last.equals(Instant.MIN) ? last : last.minusSeconds(1))
                ? time.toInstant(offsets.get(1))
                : earlier;
    }
}
