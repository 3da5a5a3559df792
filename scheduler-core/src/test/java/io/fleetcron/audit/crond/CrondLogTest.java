package io.fleetcron.audit.crond;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines of real logs, and what they say. */
final class CrondLogTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final CrondLog log = new CrondLog(BERLIN, NOW);

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '~',
            value = {
                // journalctl -o short-iso, of two versions of systemd
                "2026-11-28T03:17:01+0100 web1 CRON[812]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly) § 2026-11-28T02:17:01Z root cd / && run-parts --report /etc/cron.hourly",
                "2026-11-28T03:17:01+01:00 web1 CRON[812]: (root) CMD (x) § 2026-11-28T02:17:01Z root x",
                "2026-11-28T02:17:01Z web1 CROND[812]: (bob) CMD (x) § 2026-11-28T02:17:01Z bob x",
                // rsyslog
                "2026-11-28T03:17:01.123456+01:00 web1 CRON[812]: (root) CMD (x) § 2026-11-28T02:17:01.123456Z root x",
                "Nov 28 03:17:01 web1 CRON[812]: (root) CMD (x) § 2026-11-28T02:17:01Z root x",
                "Nov  8 03:17:01 web1 /usr/sbin/cron[812]: (root) CMD (x) § 2026-11-08T02:17:01Z root x",
                "Jul  8 03:17:01 web1 CROND[812]: (root) CMD (x) § 2026-07-08T01:17:01Z root x",
                "Dec 31 23:59:01 web1 CRON[812]: (root) CMD (x) § 2025-12-31T22:59:01Z root x",
                "Nov 29 12:59:01 web1 CRON[812]: (root) CMD (x) § 2026-11-29T11:59:01Z root x",
                "Feb 29 03:17:01 web1 CRON[812]: (root) CMD (x) § 2024-02-29T02:17:01Z root x",
                // the parentheses of the command, and of cron -L 8
                "Nov 28 03:17:01 web1 CRON[812]: (root) CMD ((a; b) | mail -s ')' c) § 2026-11-28T02:17:01Z root (a; b) | mail -s ')' c",
                "Nov 28 03:17:01 web1 CRON[812]: (root) CMD ([813] x) § 2026-11-28T02:17:01Z root x",
                // lines of others
                "Nov 28 03:17:01 web1 CRON[812]: (root) CMDEND (x) § -",
                "Nov 28 03:17:01 web1 CRON[812]: pam_unix(cron:session): session opened for user root § -",
                "Nov 28 03:17:01 web1 logger: (root) CMD (x) § -",
                "Nov 28 03:17:01 web1 crontab[9]: (root) LIST (root) § -",
                "-- Boot 0123456789abcdef -- § -",
                // journalctl -o json
                "{\"__REALTIME_TIMESTAMP\":\"1795832221000001\",\"SYSLOG_IDENTIFIER\":\"CRON\",\"MESSAGE\":\"(root) CMD (x)\",\"_PID\":\"812\"} § 2026-11-28T02:17:01.000001Z root x",
                "{\"__REALTIME_TIMESTAMP\":\"1795832221000001\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"MESSAGE\":\"(root) CMD (x)\"} § -",
            })
    void aLine(String line, String expected) {
        String[] parts = expected.split(" ", 3);
        assertEquals(
                expected.equals("-")
                        ? Optional.empty()
                        : Optional.of(new CrondStart(Instant.parse(parts[0]), parts[1], parts[2])),
                log.read(line));
        assertEquals(0, log.unreadable());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '~',
            value = {
                "Sat 2026-11-28 03:17:01 CET web1 CRON[812]: (root) CMD (x)",
                "Xyz 28 03:17:01 web1 CRON[812]: (root) CMD (x)",
                "Nov 28 33:17:01 web1 CRON[812]: (root) CMD (x)",
                "2026-11-28T03:17:01 web1 CRON[812]: (root) CMD (x)",
                "{\"__REALTIME_TIMESTAMP\":\"soon\",\"MESSAGE\":\"(root) CMD (x)\"}",
                "{\"MESSAGE\":\"(root) CMD (x)\"}",
                "{\"__REALTIME_TIMESTAMP\":\"1795832221000001\",\"MESSAGE\":\"(root) CMD (x)",
                "{\"__REALTIME_TIMESTAMP\":\"99999999999999999999\",\"MESSAGE\":\"(root) CMD (x)\"}",
                "{\"__REALTIME_TIMESTAMP\":\"9223372036854775807\",\"MESSAGE\":\"(root) CMD (x)\"}",
            })
    void aStartThatCannotBeReadIsCounted(String line) {
        assertEquals(Optional.empty(), log.read(line));
        assertEquals(1, log.unreadable());
    }

    @Test
    void aTimeThatComesTwiceIsTheSecondOneOnceTheFirstIsOver() {
        CrondLog night = new CrondLog(BERLIN, NOW);
        List<Instant> times = List.of("01:59:01", "02:30:01", "02:59:01", "02:00:01", "02:30:01", "03:00:01").stream()
                .map(time -> night.read("Oct 25 " + time + " web1 CRON[1]: (root) CMD (x)")
                        .orElseThrow()
                        .at())
                .toList();
        assertEquals(
                List.of(
                        Instant.parse("2026-10-24T23:59:01Z"),
                        Instant.parse("2026-10-25T00:30:01Z"),
                        Instant.parse("2026-10-25T00:59:01Z"),
                        Instant.parse("2026-10-25T01:00:01Z"),
                        Instant.parse("2026-10-25T01:30:01Z"),
                        Instant.parse("2026-10-25T02:00:01Z")),
                times);
        assertEquals(Optional.of(times.get(0)), night.first());
        assertEquals(Optional.of(times.get(5)), night.last());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '~',
            value = {"a\tb§a^Ib", "' a b '§' a b '", "grüße§gr\\303\\274\\303\\237e", "a\u007fb§a^?b"})
    void aCommandIsComparedAsCrondPrintsIt(String command, String printed) {
        assertEquals(printed, CrondStart.printed("  " + command + "\t"));
    }
}
