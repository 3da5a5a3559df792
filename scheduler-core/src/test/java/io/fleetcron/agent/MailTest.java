package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.mail.Sendmail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mails of settled fires, with real agents and a program in sendmail's place that keeps what it is given. */
@Slow
final class MailTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Path mails;

    @BeforeEach
    void prepare() throws IOException {
        mails = Files.createDirectory(folder.resolve("mails"));
    }

    @Test
    @Concurrent
    void eachFireIsToldOfOnceByOneInstance() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            sendmail(fleet, keeping());
            fleet.jobs("jobs:\n"
                    + job(
                            "fails",
                            "failure",
                            "retries: {attempts: 3, delay: 100ms}",
                            "echo \"try $FLEETCRON_ATTEMPT\"; exit 4")
                    + job("works", "failure", "overlap: skip", "echo fine")
                    + job("speaks", "output", "overlap: skip", "printf \"\\001\\377\"")
                    + job("silent", "output", "overlap: skip", ":")
                    + job("always", "always", "overlap: skip", ":")
                    + job("late", "failure", "timeout: 200ms", "sleep 30"));
            fleet.start("a");
            fleet.start("b");
            fleet.await(
                    "mails",
                    PATIENCE,
                    () -> outcomes("fails").contains("failed")
                            && outcomes("speaks").contains("succeeded")
                            && outcomes("always").contains("succeeded")
                            && outcomes("late").contains("timed_out"));
            fleet.await(
                    "quiet runs",
                    PATIENCE,
                    () -> Stream.of("silent", "works")
                            .allMatch(job -> fleet.ledger(job)
                                    .filter(record -> record.token() > 2)
                                    .isPresent()));
            fleet.stop("a");
            fleet.stop("b");
            for (String job : List.of("fails", "speaks", "always", "late")) {
                List<String> fires = of(job).stream()
                        .map(mail -> mail.header("X-Fleetcron-Fire"))
                        .toList();
                assertEquals(List.copyOf(new LinkedHashSet<>(fires)), fires, job);
            }
            // A busy machine may miss a fire of such a short period.
            assertFalse(outcomes("works").contains("succeeded"));
            assertFalse(outcomes("silent").contains("succeeded"));
            ReadMail failed = first("fails", "failed");
            assertEquals("ops@example.com, root", failed.header("To"));
            assertTrue(
                    failed.header("Subject").startsWith("fails failed (exit status 4) on "), failed.header("Subject"));
            assertTrue(failed.text().contains("attempts  3\n"), failed.text());
            assertTrue(failed.text().endsWith("try 1\ntry 2\ntry 3\n"), failed.text());
            assertArrayEquals(
                    new byte[] {1, (byte) 0xff},
                    first("speaks", "succeeded").parts().get(1).bytes());
            assertTrue(outcomes("late").contains("timed_out"));
            assertTrue(Files.readString(mails.resolve("arguments")).startsWith("-i -t\n"));
        }
    }

    @Test
    @Concurrent
    void lostRunsAndMissedFiresAreToldOfByWhoSettlesThem() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            sendmail(fleet, keeping());
            fleet.jobs("jobs:\n" + job("rare", "failure", "tolerance: 1s", "echo begun; sleep 600"));
            fleet.start("a");
            fleet.await("a run", PATIENCE, () -> fleet.logs().contains("run started job=rare"));
            fleet.await("its output", PATIENCE, () -> stored().equals("begun\n"));
            fleet.kill("a");
            fleet.killRuns();
            TestFleet.pause(4_000);
            fleet.start("b");
            fleet.await("word of the loss", PATIENCE, () -> outcomes("rare").contains("lost"));
            // Before the run a slow host may have missed single fires.
            fleet.await(
                    "word of what was missed",
                    PATIENCE,
                    () -> of("rare").stream()
                            .anyMatch(mail -> mail.header("Subject").matches("rare missed: [0-9]+ fires from .*")));
            ReadMail lost = first("rare", "lost");
            assertTrue(lost.text().contains("instance  a\n"), lost.text());
            assertTrue(lost.text().endsWith("\nbegun\n"), "what the shared store has of it: " + lost.text());
        }
    }

    @Test
    @Concurrent
    void whatSendmailDoesConcernsNoJob() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            sendmail(fleet, folder.resolve("nowhere"));
            fleet.jobs("jobs:\n" + job("fails", "failure", "overlap: skip", "exit 4"));
            fleet.start("a");
            fleet.await(
                    "runs",
                    PATIENCE,
                    () -> fleet.ledger("fails").map(r -> r.token() > 3).orElse(false));
            assertEquals(1, count(fleet, "no mail can be sent, wanted by jobs=fails"), fleet.logs());

            script("echo >&2; echo \"relay refuses you\" >&2; exit 75", folder.resolve("nowhere"));
            fleet.await(
                    "the reason",
                    PATIENCE,
                    () -> fleet.logs().contains("nowhere ended with status 75: relay refuses you"));
            assertEquals(1, count(fleet, "mail can be sent by"), fleet.logs());

            Files.move(keeping(), folder.resolve("nowhere"), StandardCopyOption.REPLACE_EXISTING);
            fleet.await("a mail", PATIENCE, () -> !of("fails").isEmpty());
            fleet.stop("a");
        }
    }

    @Test
    @Concurrent
    void aMailThatWasNotSentIsTheNextAgents() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            Path waiting = Files.createDirectories(folder.resolve("state/a/mail"));
            Files.writeString(
                    waiting.resolve("job=old,fire=f,token=1,x.eml"), "X-Fleetcron-Job: old\nTo: root\n\nhi\n");
            Files.writeString(waiting.resolve("job=sent,fire=f,token=1,x.eml.sent"), "X-Fleetcron-Job: sent\n\nhi\n");
            sendmail(fleet, keeping());
            fleet.jobs("jobs: {}\n");
            fleet.start("a");
            fleet.await("the mail", PATIENCE, () -> of("old").size() == 1);
            fleet.await("an empty folder", PATIENCE, () -> waiting.toFile().list().length == 0);
            assertEquals(List.of(), of("sent"));
        }
    }

    @Test
    @Concurrent
    void aSendmailThatHangsIsKilled() throws Exception {
        Path hangs = script("sleep 600 & sleep 600", folder.resolve("hangs"));
        Path message = Files.writeString(folder.resolve("message"), "To: root\n\nhi\n");
        long begin = System.nanoTime();
        Optional<String> wrong = new Sendmail(hangs, Duration.ofMillis(800)).send(message);
        assertTrue(wrong.orElseThrow().contains("did not end within"), wrong.get());
        assertTrue(System.nanoTime() - begin < Duration.ofSeconds(20).toNanos());
        assertEquals(Optional.empty(), new Sendmail(keeping(), Duration.ofSeconds(20)).send(message));
    }

    private static long count(TestFleet fleet, String words) {
        return fleet.logs().lines().filter(line -> line.contains(words)).count();
    }

    private void sendmail(TestFleet fleet, Path program) throws IOException {
        Files.writeString(fleet.config(), Files.readString(fleet.config()) + "sendmail: " + program + "\n");
    }

    private Path keeping() throws IOException {
        return script(
                "f=$(mktemp " + mails + "/XXXXXXXX) || exit 1; echo \"$*\" >>" + mails + "/arguments\n"
                        + "cat >\"$f\" && mv \"$f\" \"$f.eml\"",
                folder.resolve("sendmail"));
    }

    private static Path script(String text, Path file) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(draft, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private String stored() {
        try (Stream<Path> files = Files.list(folder.resolve("shared/output/rare"))) {
            Optional<Path> file = files.findFirst();
            return file.isPresent() ? Files.readString(file.get()) : "";
        } catch (IOException e) {
            return "";
        }
    }

    private ReadMail first(String job, String outcome) {
        return of(job).stream()
                .filter(mail -> mail.header("X-Fleetcron-Outcome").equals(outcome))
                .findFirst()
                .orElseThrow();
    }

    private List<String> outcomes(String job) {
        return of(job).stream().map(mail -> mail.header("X-Fleetcron-Outcome")).toList();
    }

    private List<ReadMail> of(String job) {
        try (Stream<Path> files = Files.list(mails)) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .map(file -> {
                        try {
                            return ReadMail.of(Files.readAllBytes(file));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .filter(mail -> mail.header("X-Fleetcron-Job").equals(job))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String job(String name, String on, String key, String command) {
        return "  " + name + ":\n    every: 1s\n    mail: {to: [ops@example.com, root], on: " + on + "}\n    " + key
                + "\n    command: '" + command + "'\n";
    }
}
