package io.fleetcron.mail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.agent.ReadMail;
import io.fleetcron.config.Mail;
import io.fleetcron.config.Mail.MailOn;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunUsage;
import io.fleetcron.late.Late;
import io.fleetcron.ledger.ClaimDecision;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.mail.MailMessage.Story;
import io.fleetcron.output.MailExcerpt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a mail says, in what form, and which settlements are worth one. */
final class MailMessageTest {

    private static final Instant FIRE = Instant.parse("2026-11-24T02:30:00Z");
    private static final Instant NOW = Instant.parse("2026-11-24T03:31:05Z");

    @Test
    void saysWhatAnOperatorWantsToKnow() {
        ReadMail mail = read(story("nightly", ended(Outcome.FAILED, OptionalInt.of(3)), "two\nlines ü 漢\n"));

        assertEquals("ops@example.com, root", mail.header("To"));
        assertEquals("fleetcron <root>", mail.header("From"));
        assertEquals("nightly failed (exit status 3) on web-1, fire 2026-11-24T02:30:00Z", mail.header("Subject"));
        assertEquals("Tue, 24 Nov 2026 03:31:05 +0000", mail.header("Date"));
        assertEquals("auto-generated", mail.header("Auto-Submitted"));
        assertEquals("1.0", mail.header("MIME-Version"));
        assertEquals("text/plain; charset=UTF-8", mail.header("Content-Type"));
        assertEquals("8bit", mail.header("Content-Transfer-Encoding"));
        assertTrue(mail.header("Message-ID").matches("<[0-9a-f-]{36}@web-1>"), mail.header("Message-ID"));
        assertEquals("failed", mail.header("X-Fleetcron-Outcome"));
        for (String fact : List.of(
                "job       nightly\n          Über Nacht",
                "fire      2026-11-24T02:30:00Z",
                "outcome   failed",
                "exit      3",
                "host      web-1",
                "instance  a",
                "token     17",
                "attempts  2",
                "ended     2026-11-24T03:31:05Z, after 1:01:05",
                "used      61.5s of processor, 12MiB of memory",
                "fleetcron history nightly",
                "fleetcron logs nightly --fire 2026-11-24T02:30:00Z")) {
            assertTrue(mail.text().contains(fact + "\n"), fact + " is not in:\n" + mail.text());
        }
        assertTrue(mail.text().endsWith("\n---- output ----\ntwo\nlines ü 漢\n"), mail.text());
    }

    @Test
    void saysWhatIsLate() {
        Late late = new Late.TooLong(FIRE, 17, "web-1", FIRE.plusSeconds(1), Duration.ofMinutes(30), false);
        ReadMail mail =
                ReadMail.of(MailMessage.late("nightly", "Über Nacht", late, "web-2", "root", List.of("ops@x"), NOW));

        assertEquals("ops@x", mail.header("To"));
        assertEquals(
                "nightly is late: the run of fire 2026-11-24T02:30:00Z on web-1 takes longer than 30m",
                mail.header("Subject"));
        assertEquals("nightly", mail.header("X-Fleetcron-Job"));
        for (String fact : List.of(
                "job       nightly\n          Über Nacht",
                "late      " + late.words(),
                "since     2026-11-24T03:00:01Z",
                "by        expected",
                "found on  web-2",
                "fleetcron history nightly")) {
            assertTrue(mail.text().contains(fact + "\n"), fact + " is not in:\n" + mail.text());
        }
    }

    @Test
    void attachesBytesThatAreNoText() {
        byte[] noise = new byte[5000];
        new Random(7).nextBytes(noise);
        for (byte[] output :
                List.of(noise, "x".repeat(2000).getBytes(StandardCharsets.UTF_8), new byte[] {'a', 0, 'b'})) {
            Story story =
                    new Story("j", "", ended(Outcome.SUCCEEDED, OptionalInt.of(0)), "h", new MailExcerpt(output, 9999));
            ReadMail mail = read(story);
            assertEquals(2, mail.parts().size());
            assertTrue(mail.text().contains("Only the first " + output.length + " of 9999 bytes"), mail.text());
            assertEquals(
                    "attachment; filename=\"j-20261124T023000Z.log\"",
                    mail.parts().get(1).header("Content-Disposition"));
            assertArrayEquals(output, mail.parts().get(1).bytes());
        }
    }

    @Test
    void tellsARowOfMissedFiresAsOne() {
        Settlement row = new Settlement(
                FIRE,
                FIRE.plusSeconds(660),
                12,
                Outcome.MISSED,
                RunOrigin.SCHEDULE,
                "a",
                "a",
                16,
                Settlement.Execution.NONE,
                NOW);
        ReadMail mail = read(new Story("j", "", row, "web-1", MailExcerpt.NONE));
        assertEquals("j missed: 12 fires from 2026-11-24T02:30:00Z to 2026-11-24T02:41:00Z", mail.header("Subject"));
        assertTrue(mail.text().contains("through   2026-11-24T02:41:00Z, 12 fires\n"), mail.text());
        assertFalse(mail.text().contains("token"), mail.text());
    }

    /** The loader refuses such names and addresses; the mail must not depend on it. */
    @Test
    void nothingBeginsAnotherHeader() {
        String evil = "x\r\nBcc: all@example.com\r\n\r\nhello";
        Story story = new Story(
                evil, evil, ended(Outcome.LOST, OptionalInt.empty()), evil, new MailExcerpt(new byte[] {1}, 1));
        ReadMail mail = ReadMail.of(MailMessage.of(story, evil, List.of("root"), NOW));
        assertEquals(
                Set.of(
                        "From",
                        "To",
                        "Subject",
                        "Date",
                        "Message-ID",
                        "Auto-Submitted",
                        "X-Fleetcron-Job",
                        "X-Fleetcron-Fire",
                        "X-Fleetcron-Token",
                        "X-Fleetcron-Outcome",
                        "MIME-Version",
                        "Content-Type"),
                mail.headers().keySet());
        assertFalse(MailMessage.isAddress("a@b\nBcc: c"));
        assertFalse(MailMessage.isAddress(" "));
        assertTrue(MailMessage.isAddress("ops+cron@example.com"));
    }

    @Test
    void encodesWhatIsNotAscii() {
        String subject = "jöb 漢字 😀 ".repeat(20).strip();
        String encoded = MailMessage.encoded(subject);
        assertTrue(encoded.lines()
                .allMatch(line -> line.strip().length() <= 75 && line.chars().allMatch(c -> c < 128)));
        assertEquals(
                subject,
                ReadMail.of(("Subject: " + encoded + "\n\n").getBytes(StandardCharsets.US_ASCII))
                        .header("Subject"));
    }

    @ParameterizedTest
    @CsvSource({
        "FAILURE, SUCCEEDED, true, false", "FAILURE, FAILED, false, true", "FAILURE, TIMED_OUT, false, true",
        "FAILURE, KILLED, false, true", "FAILURE, LOST, false, true", "FAILURE, MISSED, false, true",
        "OUTPUT, SUCCEEDED, true, true", "OUTPUT, SUCCEEDED, false, false", "OUTPUT, FAILED, false, true",
        "ALWAYS, SUCCEEDED, false, true", "ALWAYS, MISSED, false, true"
    })
    void whoWantsToKnow(MailOn on, Outcome outcome, boolean wrote, boolean wanted) {
        assertEquals(wanted, MailRules.wanted(new Mail(List.of("root"), on), outcome, wrote));
    }

    @Test
    void whatIsNotWorthAMail() {
        Settlement lost = ended(Outcome.LOST, OptionalInt.empty());
        assertEquals(List.of(lost), MailRules.toTell(decision(Optional.empty(), lost)));
        assertEquals(
                List.of(lost), MailRules.toTell(decision(Optional.of(FIRE.plusSeconds(60)), lost)), "the next fire");
        assertEquals(List.of(), MailRules.toTell(decision(Optional.of(FIRE), lost)), "the same fire, started again");
        assertEquals(List.of(), MailRules.toTell(decision(Optional.empty(), of(Outcome.SKIPPED, RunOrigin.SCHEDULE))));
        assertEquals(List.of(), MailRules.toTell(decision(Optional.empty(), of(Outcome.FAILED, RunOrigin.MANUAL))));
    }

    private static ClaimDecision decision(Optional<Instant> start, Settlement settled) {
        LedgerRecord record = new LedgerRecord(
                0,
                "j",
                0,
                FIRE,
                Optional.empty(),
                "h",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
        return new ClaimDecision(record, List.of(settled), start.map(fire -> new ClaimDecision.Start(fire, 1)));
    }

    private static Settlement ended(Outcome outcome, OptionalInt exit) {
        return new Settlement(
                FIRE,
                FIRE,
                1,
                outcome,
                RunOrigin.SCHEDULE,
                "a",
                "b",
                17,
                new Settlement.Execution(
                        2,
                        Optional.of(FIRE),
                        exit,
                        Optional.of(new RunUsage(Duration.ofSeconds(60), Duration.ofMillis(1480), (12 << 20) - 1))),
                NOW);
    }

    private static Settlement of(Outcome outcome, RunOrigin trigger) {
        return new Settlement(FIRE, FIRE, 1, outcome, trigger, "a", "a", 17, Settlement.Execution.NONE, NOW);
    }

    @Test
    void saysWhereTheOutputIsIfTheAgentEndedBefore() {
        Settlement failed = ended(Outcome.FAILED, OptionalInt.of(3));
        String left = read(new Story("nightly", "", failed, "web-1", MailExcerpt.NONE, true))
                .body();
        assertTrue(left.contains("fleetcron logs nightly --fire 2026-11-24T02:30:00Z\n"), left);
        assertTrue(left.contains("The agent that recorded this ended before it sent this mail"), left);
        assertTrue(left.contains("it is on host web-1 alone, or lost."), left);

        String inTime = read(story("nightly", failed, "")).body();
        assertFalse(inTime.contains("ended before"), inTime);
        String missed = read(new Story(
                        "nightly", "", ended(Outcome.MISSED, OptionalInt.empty()), "web-1", MailExcerpt.NONE, true))
                .body();
        assertFalse(missed.contains("output"), missed);
    }

    private static Story story(String job, Settlement settlement, String output) {
        byte[] bytes = output.getBytes(StandardCharsets.UTF_8);
        return new Story(job, "Über Nacht", settlement, "web-1", new MailExcerpt(bytes, bytes.length));
    }

    private static ReadMail read(Story story) {
        return ReadMail.of(MailMessage.of(story, "root", List.of("ops@example.com", "root"), NOW));
    }
}
