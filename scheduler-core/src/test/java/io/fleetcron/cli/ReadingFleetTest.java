package io.fleetcron.cli;

import static io.fleetcron.observe.Lines.at;
import static io.fleetcron.observe.Lines.counted;
import static io.fleetcron.observe.Lines.missed;
import static io.fleetcron.observe.Lines.ran;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Terminal;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Waiting;
import io.fleetcron.observe.SharedDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read the shared directory, on directories as agents leave them and as accidents leave them. */
class ReadingFleetTest {

    @TempDir
    private Path folder;

    private FleetFolder fleet;
    private Path main;
    private SharedDirectory shared;

    @BeforeEach
    void write() throws IOException {
        fleet = new FleetFolder(folder);
        main = fleet.main();
        shared = fleet.shared();
    }

    private Cli cli(String command, String... more) {
        return fleet.run(command, more);
    }

    private static List<String> fires(Cli cli) {
        return cli.json().stream()
                .map(json -> json.get("job").getAsString() + " "
                        + json.get("fire").getAsString().substring(11, 19))
                .toList();
    }

    @Test
    void settleMendsALedgerThatKeepsItsJobFromStarting() throws IOException {
        shared.ledger("one", Optional.empty(), List.of(), "", "");
        Path file = folder.resolve("shared/jobs/one.lock");
        Files.writeString(file, "x".repeat(9000));
        Cli future = cli("settle", "one", "--to", "2999-01-01", "--instance", "x");
        assertEquals(1, future.status());
        assertTrue(future.err().contains("in the future"), future.err());

        Cli done = cli("settle", "one", "--to", "now", "--instance", "x", "--json");
        assertEquals(0, done.status(), done.err());
        Instant settled = Instant.parse(done.json().get(0).get("settled").getAsString());
        assertTrue(Duration.between(settled, Instant.now()).abs().toSeconds() < 60, settled.toString());
        assertEquals(0, cli("status").status());
        assertEquals(0, cli("settle", "one", "--to", "now", "--instance", "x").status(), "again, now that it is sound");
        assertEquals(2, cli("settle", "one").status(), "--to is needed");
    }

    @Test
    void historyMergesAllInstancesAndWhatOnlyLedgersKnow() throws IOException {
        shared.history("x", "2026-11-23", ran("one", 1, 1, "x"), ran("one", 3, 2, "x"));
        shared.history("y", "2026-11-23", ran("two", 2, 1, "y"), ran("one", 3, 2, "x"));
        shared.ledger("two", Optional.empty(), List.of(ran("two", 4, 2, "y").settlement()), "", "");

        Cli cli = cli("history", "--json");

        assertEquals(ExitCode.OK, cli.status());
        assertEquals(List.of("one 00:00:01", "two 00:00:02", "one 00:00:03", "two 00:00:04"), fires(cli));
        assertEquals("", cli.err());
    }

    @Test
    void historyHasAllKeysInEveryLine() throws IOException {
        shared.history("x", "2026-11-23", ran("one", 1, 1, "x"), missed("one", 5, 9, 3, 10));

        List<JsonObject> lines = cli("history", "--json").json();

        Set<String> always = Set.of(
                "job", "fire", "outcome", "instance", "token", "attempts", "started", "ended", "exit", "trigger");
        assertTrue(lines.stream().allMatch(line -> line.keySet().containsAll(always)), lines.toString());
        assertTrue(lines.get(1).get("started").isJsonNull());
        assertTrue(lines.get(1).get("exit").isJsonNull());
        assertEquals(3, lines.get(1).get("count").getAsLong());
        assertEquals("2026-11-23T00:00:09Z", lines.get(1).get("through").getAsString());
    }

    @Test
    void historyTellsWhatRunsUsed() throws IOException {
        shared.history("x", "2026-11-23", counted(ran("one", 1, 1, "x")), ran("one", 2, 2, "x"));

        List<JsonObject> lines = cli("history", "--json").json();
        assertEquals(1300, lines.get(0).get("user_ms").getAsLong());
        assertEquals(200, lines.get(0).get("system_ms").getAsLong());
        assertEquals(3 << 20, lines.get(0).get("memory_peak").getAsLong());
        assertTrue(lines.get(1).get("user_ms").isJsonNull(), "written by an agent that did not know");

        List<String> rows = cli("history").out().lines().toList();
        assertTrue(rows.get(0).endsWith("CPU   MEMORY  REASON"), rows.toString());
        assertTrue(rows.get(1).endsWith("1.5s  3MiB"), rows.toString());
        assertTrue(rows.get(2).endsWith("-     -"), rows.toString());
    }

    @Test
    void aTornOrForeignLineBreaksNothing() throws IOException {
        HistoryLine whole = ran("one", 1, 1, "x");
        String json = whole.toJson();
        for (int cut = 0; cut < json.length(); cut++) {
            shared.history("x", "2026-11-23", json.substring(0, cut) + "\n");
        }
        for (String foreign : List.of(
                "[]",
                "null",
                "{}",
                "{\"job\":null}",
                "{\"job\":[1]}",
                "\0\0\0",
                "\uFFFD",
                "[".repeat(5000),
                "x",
                json.replace("\"token\":1", "\"token\":null"),
                json.replace("\"succeeded\"", "\"splendid\""),
                json.replace("2026-11-23T", "yesterday "))) {
            shared.history("x", "2026-11-23", foreign + "\n");
        }
        Files.write(shared.layout().history("x").resolve("2026-11-24.jsonl"), new byte[] {(byte) 0xC3, '(', '\n'});
        Files.writeString(shared.layout().history("x").resolve("notes.txt"), "not ours");
        Files.writeString(shared.layout().history().resolve("stray"), "not ours");
        shared.history("x", "2026-11-23", whole);

        Cli cli = cli("history", "--json");

        assertEquals(ExitCode.OK, cli.status(), cli.err());
        assertEquals(List.of("one 00:00:01"), fires(cli));
    }

    @Test
    void historyChooses() throws IOException {
        shared.history("x", "2026-11-23", ran("one", 1, 1, "x"), ran("two", 2, 1, "x"), ran("one", 3, 2, "x"));
        shared.history("x", "2026-11-23", missed("one", 4, 9, 3, 10));

        assertEquals(List.of("one 00:00:01", "one 00:00:03", "one 00:00:04"), fires(cli("history", "--json", "one")));
        assertEquals(List.of(), fires(cli("history", "--json", "unknown")));
        assertEquals(List.of("one 00:00:04"), fires(cli("history", "--json", "--outcome", "missed,lost")));
        assertEquals(List.of("one 00:00:03", "one 00:00:04"), fires(cli("history", "--json", "--limit", "2")));
        assertEquals(
                List.of("one 00:00:03", "one 00:00:04"),
                fires(cli("history", "--json", "--since", "2026-11-23T00:00:03Z")));
        assertEquals( // part of the row is wanted
                List.of("one 00:00:04"), fires(cli("history", "--json", "--since", "2026-11-23T01:00:09+01:00")));
    }

    @Test
    void sinceLeavesOldDaysClosed() throws IOException {
        shared.history("x", "2026-11-23", ran("one", 1, 1, "x"));
        shared.history("x", "2026-11-20", ran("one", 2, 2, "x")); // misplaced, so that one sees whether it is read

        assertEquals(List.of("one 00:00:01"), fires(cli("history", "--json", "--since", "2026-11-23")));
        assertEquals(List.of("one 00:00:01", "one 00:00:02"), fires(cli("history", "--json")));
    }

    @Test
    void aReaderThatGoesAwayEndsItQuietly() throws IOException {
        shared.history("x", "2026-11-23", ran("one", 1, 1, "x"), ran("one", 2, 2, "x"));
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();

        int status = Main.run(
                new String[] {"history", "--json", "-c", main.toString()},
                new PrintStream(gone, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Terminal.NONE);

        assertEquals(ExitCode.OK, status);
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void statusShowsInstancesRunsAndJobs() throws IOException {
        shared.member("x", "other");
        shared.ledger(
                "one",
                Optional.of(new CurrentRun(at(8), 9, RunOrigin.SCHEDULE, "x", "host-x", 1, at(8), 0)),
                List.of(ran("one", 4, 8, "y").settlement()),
                "{\"token\":9,\"attempt\":2,\"beat\":1700000000000}",
                "");
        shared.ledger(
                "two",
                Optional.of(new CurrentRun(at(8), 9, RunOrigin.MANUAL, "gone", "host-gone", 1, at(8), 0)),
                List.of(),
                "",
                "");

        JsonObject status = cli("status", "--json").json().get(0);

        assertEquals(
                Set.of(
                        "shared_dir",
                        "ok",
                        "problem",
                        "now",
                        "clock",
                        "definitions",
                        "instances",
                        "running",
                        "jobs",
                        "controls"),
                status.keySet());
        JsonObject instance = status.getAsJsonArray("instances").get(0).getAsJsonObject();
        assertTrue(instance.get("alive").getAsBoolean());
        assertTrue(instance.get("definitions_differ").getAsBoolean());
        List<String> running = status.getAsJsonArray("running").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(run ->
                        run.get("job").getAsString() + " " + run.get("state").getAsString() + " " + run.get("attempt"))
                .toList();
        assertEquals(List.of("one running 2", "two unattended null"), running);
        JsonObject last = status.getAsJsonArray("jobs").get(0).getAsJsonObject().getAsJsonObject("last");
        assertEquals("succeeded", last.get("outcome").getAsString());
        assertEquals("y", last.get("instance").getAsString());
        Cli text = cli("status");
        assertTrue(text.out().matches("(?s).*one +2026-11-23T00:00:08Z +9 +2 +x +host-x .*"), text.out());
    }

    @Test
    void statusShowsWhatWaitsForItsGroup() throws IOException {
        shared.ledger("one", new Waiting(at(8), "warehouse", at(9), "x"));

        JsonObject waiting = cli("status", "--json")
                .json()
                .get(0)
                .getAsJsonArray("jobs")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("waiting");

        assertEquals(at(8).toString(), waiting.get("fire").getAsString());
        assertEquals("warehouse", waiting.get("group").getAsString());
        String text = cli("status").out();
        assertTrue(text.matches("(?s).*WAITING +FIRE +GROUP +FOR\none +2026-11-23T00:00:08Z +warehouse +.*"), text);
    }

    @Test
    void statusShowsWhatIsLate() throws IOException {
        Files.writeString(folder.resolve("jobs.yaml"), "jobs: {one: {every: 1h, command: \"true\", late_after: 1s}}\n");
        LedgerRecord record = LedgerRecord.first(
                Objects.requireNonNull(new ConfigLoader()
                        .load(folder.resolve("fleetcron.yaml"))
                        .config()
                        .orElseThrow()
                        .jobs()
                        .get("one")),
                at(8));
        byte[] slot = LedgerCodec.encode(record).orElseThrow();
        Files.write(Files.createDirectories(folder.resolve("shared/jobs")).resolve("one.lock"), slot);

        JsonObject late = cli("status", "--json")
                .json()
                .get(0)
                .getAsJsonArray("jobs")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("late")
                .get(0)
                .getAsJsonObject();

        assertEquals("late_after", late.get("by").getAsString());
        assertTrue(late.get("what").getAsString().endsWith(" has not started"), late.toString());
        String text = cli("status").out();
        assertTrue(text.matches("(?s).*LATE +BY +FOR +WHAT\none +late_after +.* fire .* has not started\n.*"), text);
        String list = cli("list", "--late").out();
        assertTrue(list.matches("(?s)JOB .* LATE\none .* fire .* has not started\n"), list);
        assertEquals(
                late,
                cli("list", "--late", "--json")
                        .json()
                        .get(0)
                        .getAsJsonArray("late")
                        .get(0));
        assertFalse(cli("list").out().contains("LATE"));
        String why = cli("why", "one").out();
        assertTrue(why.matches("(?s).*  the job is late: fire .* has not started\\.\n"), why);
        assertEquals(
                late,
                cli("why", "one", "--json").json().get(0).getAsJsonArray("late").get(0));
    }

    @Test
    void listSaysWhenItCannotBeKnownWhatIsLate() throws IOException {
        Files.writeString(folder.resolve("jobs.yaml"), "jobs: {one: {every: 1h, command: \"true\", late_after: 1s}}\n");
        Files.delete(folder.resolve("shared/fleet.json"));

        Cli cli = cli("list", "--late");
        assertEquals(ExitCode.PROBLEM, cli.status());
        assertTrue(cli.err().contains("Without --late the configuration alone is read"), cli.err());
        assertEquals(ExitCode.OK, cli("list").status());
    }

    /** What it said last does not show what it does now. */
    @Test
    void anInstanceThatIsGoneRunsNothing() throws IOException {
        shared.member("x", "other", Instant.now().minusSeconds(120), 3);

        JsonObject gone = cli("status", "--json")
                .json()
                .get(0)
                .getAsJsonArray("instances")
                .get(0)
                .getAsJsonObject();

        assertFalse(gone.get("alive").getAsBoolean());
        assertEquals(0, gone.get("running").getAsInt());
        String line = cli("status").lines().get(1);
        assertTrue(line.matches("x +no +2m ago +host-x +\\S+ +- .*"), line);
    }

    @Test
    void atATerminalTimesAreTheReadersUnlessUtcIsWanted() throws IOException {
        shared.history("x", "2026-11-23", ran("one", 1, 1, "x"));
        String[] words = {"history", "-c", main.toString()};

        String local = Cli.onTerminal(words).lines().get(1);
        assertTrue(
                local.matches("2026-11-2[0-9] [0-9:]+ \\S+ \\([0-9]+ d ago\\) +one .*|.* \\(.* (ago|in .*)\\) .*"),
                local);
        String utc = "2026-11-23T00:00:01Z +one +succeeded .*";
        assertTrue(Cli.run(words).lines().get(1).matches(utc));
        assertTrue(Cli.onTerminal("history", "-c", main.toString(), "--utc")
                .lines()
                .get(1)
                .matches(utc));
        assertEquals(
                Cli.run("history", "-c", main.toString(), "--json").out(),
                Cli.onTerminal("history", "-c", main.toString(), "--json").out());
    }

    @Test
    void whatFailedStandsOutWhereLinesMayBeColoured() throws IOException {
        shared.history("x", "2026-11-23", ran("one", 1, 1, "x"), missed("one", 4, 9, 3, 10));
        Terminal colours = new Terminal(true, true, Optional.empty());

        List<String> lines =
                Cli.run(colours, "history", "--utc", "-c", main.toString()).lines();

        assertTrue(lines.get(0).startsWith("\u001b[1mFIRE "), lines.get(0));
        assertFalse(lines.get(1).contains("\u001b"), lines.get(1));
        assertTrue(lines.get(2).matches("\u001b\\[31m2026.* missed .*\u001b\\[0m"), lines.get(2));
        String plain = cli("history").out();
        assertEquals(plain, String.join("\n", lines).replaceAll("\u001b\\[[0-9]*m", "") + "\n");
    }

    @Test
    @Timeout(60)
    void statusIsShownAgainAndAgainUntilNobodyReads() throws IOException {
        shared.ledger("one", Optional.empty(), List.of(), "", "");
        java.io.ByteArrayOutputStream shown = new java.io.ByteArrayOutputStream();
        OutputStream leaves = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (shown.toString(StandardCharsets.UTF_8).lines().count() >= 3 && b != '\n') {
                    throw new IOException("Broken pipe");
                }
                shown.write(b);
            }
        };
        int status = Main.run(
                new String[] {"status", "--watch", "100ms", "--json", "-c", main.toString()},
                new PrintStream(leaves, false, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Terminal.NONE);

        assertEquals(ExitCode.OK, status);
        assertEquals(3, shown.toString(StandardCharsets.UTF_8).lines().count());
        Cli tooOften = cli("status", "--watch", "1ms");
        assertEquals(ExitCode.USAGE, tooOften.status());
        assertTrue(tooOften.err().contains("--watch must be at least 100ms"), tooOften.err());
    }

    @Test
    void aRunThatIsOverAndNotRecordedIsShownAsEnded() throws IOException {
        shared.ledger(
                "one",
                Optional.of(new CurrentRun(at(8), 9, RunOrigin.SCHEDULE, "x", "host-x", 1, at(8), 0)),
                List.of(),
                "",
                "{\"ok\":1,\"token\":9,\"job\":\"one\",\"fire\":\"" + at(8)
                        + "\",\"how\":\"failed\",\"exit\":3,\"attempts\":1,\"ended\":1700000000000}");

        JsonObject run = cli("status", "--json")
                .json()
                .get(0)
                .getAsJsonArray("running")
                .get(0)
                .getAsJsonObject();

        assertEquals("ended", run.get("state").getAsString());
    }

    @Test
    void aLedgerThatCannotBeTrustedIsShownAsSuch() throws IOException {
        shared.ledger("one", Optional.empty(), List.of(), "", "");
        Files.writeString(shared.lockFile("one"), "x".repeat(8192));

        Cli cli = cli("status");

        assertEquals(ExitCode.PROBLEM, cli.status());
        assertTrue(cli.err().contains("the ledger of job one cannot be trusted"), cli.err());
        assertEquals(ExitCode.PROBLEM, cli("doctor").status());
    }

    @Test
    @Timeout(20)
    void statusAnswersWhenTheSharedDirectoryHangs() throws Exception {
        // To read so many ledgers takes longer than this command may wait, as any call on a hung mount does.
        for (int i = 0; i < 3000; i++) {
            Files.writeString(shared.lockFile("ledger" + i), "x");
        }
        long begin = System.nanoTime();

        Cli cli = cli("status", "--json", "--timeout", "5ms");

        assertTrue(Duration.ofNanos(System.nanoTime() - begin).compareTo(Duration.ofSeconds(10)) < 0);
        assertEquals(ExitCode.PROBLEM, cli.status());
        JsonObject status = cli.json().get(0);
        assertFalse(status.get("ok").getAsBoolean());
        assertTrue(status.get("problem").getAsString().contains("no answer within 5 ms"), cli.out());
        assertEquals(2, status.getAsJsonArray("jobs").size());
        assertTrue(cli.err().contains("What is shown is this host's part alone"), cli.err());
        assertEquals(ExitCode.PROBLEM, cli("history", "--timeout", "5ms").status());
        assertEquals(ExitCode.PROBLEM, cli("doctor", "--timeout", "5ms").status());
    }

    @Test
    void anEmptyMountPointIsNotAFleetWithoutAPast() throws IOException {
        Files.delete(shared.layout().fleetFile());
        for (String command : List.of("status", "history")) {
            Cli cli = cli(command);

            assertEquals(ExitCode.PROBLEM, cli.status(), command);
            assertTrue(cli.err().contains("holds no fleet"), cli.err());
        }
    }

    @Test
    void logsShowsTheNewestRunOrTheOneAskedFor() throws IOException {
        Path output = Files.createDirectories(shared.layout().output("one"));
        Files.writeString(output.resolve(new OutputName(at(1), 1, "x").text()), "first\n");
        Files.writeString(output.resolve(new OutputName(at(2), 2, "y").text()), "second\n");

        assertEquals("second\n", cli("logs", "one").out());
        assertEquals("first\n", cli("logs", "one", "--fire", at(1).toString()).out());
        assertEquals("first\n", cli("logs", "one", "--instance", "x").out());
        assertTrue(cli("logs", "one").err().contains("token 2, instance y"));
    }

    @Test
    void logsSaysWhenThereAreNone() {
        Cli cli = cli("logs", "two");

        assertEquals(ExitCode.PROBLEM, cli.status());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains("no output is kept of job two"), cli.err());
    }
}
