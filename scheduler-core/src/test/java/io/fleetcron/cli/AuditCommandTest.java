package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.fleetcron.control.Control;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.observe.Lines;
import io.fleetcron.observe.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit of a shared directory as agents leave it, and as accidents leave it. */
final class AuditCommandTest {

    private static final String DAY = "2026-11-23";
    private static final String[] HOUR = {"--since", "2026-11-23T00:00:00Z", "--until", "2026-11-23T01:00:00Z"};

    @TempDir
    private Path folder;

    private FleetFolder fleet;
    private Path main;
    private SharedDirectory shared;
    private Path timetable;

    @BeforeEach
    void write() throws IOException {
        fleet = new FleetFolder(folder);
        main = fleet.main();
        shared = fleet.shared();
        Timetable due = new Timetable(new TreeMap<>(java.util.Map.of(
                "one", new Timetable.Entry("every 600s", false, false),
                "two", new Timetable.Entry("every 1800s", false, false))));
        String name = Timetable.name(due.text());
        Files.createDirectories(shared.layout().timetables());
        timetable = Files.writeString(shared.layout().timetable(name), due.text());
        journal(
                "x",
                new InForce(Instant.parse("2026-11-20T00:00:00Z"), Instant.parse("2026-11-24T00:00:00Z"), name)
                        .toJson());
        for (int i = 0; i < 6; i++) {
            shared.history("x", DAY, Lines.ran("one", 600 * i, i + 1, "x"));
        }
        shared.history("y", DAY, Lines.ran("two", 0, 1, "y"), Lines.missed("two", 1800, 1800, 1, 1900));
    }

    private void journal(String instance, String line) throws IOException {
        Path file = shared.layout().journal(instance).resolve("2026-11.jsonl");
        Files.createDirectories(file.getParent());
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Cli audit(String... more) {
        List<String> words = new ArrayList<>(List.of(HOUR));
        words.addAll(List.of(more));
        return fleet.run("audit", words.toArray(String[]::new));
    }

    @Test
    void everyFireIsAccountedFor() {
        Cli cli = audit();
        assertEquals(0, cli.status(), cli.out() + cli.err());
        assertTrue(cli.out().contains("Every one of the 8 due fires is accounted for"), cli.out());
        assertTrue(cli.lines().size() <= 24, "one screen");
        JsonObject json = audit("--json").json().get(0);
        assertEquals("accounted", json.get("result").getAsString());
        JsonObject all = json.getAsJsonObject("all");
        assertEquals(
                List.of(8, 7, 1),
                List.of(
                        all.get("due").getAsInt(),
                        all.get("started").getAsInt(),
                        all.get("missed").getAsInt()));
        assertEquals(7, all.getAsJsonObject("outcomes").get("succeeded").getAsInt());
        assertEquals(2, json.getAsJsonArray("jobs").size());
    }

    @Test
    void aFireStartedTwiceIsFoundAlsoAmongForeignLines() throws IOException {
        shared.history(
                "y",
                DAY,
                "{}\nnull\n[1]\n\0\n" + Lines.ran("one", 1200, 9, "y").toJson().substring(0, 40) + "\n");
        assertEquals(0, audit().status());
        shared.history("y", DAY, Lines.ran("one", 1200, 9, "y"));
        Cli cli = audit();
        assertEquals(1, cli.status());
        assertTrue(cli.out().contains("doubled: one 2026-11-23T00:20:00Z: started 2 times"), cli.out());
        assertTrue(cli.out().contains("NOT every due fire"), cli.out());
        assertEquals(0, audit("two").status(), "only the jobs that are asked for");
        JsonObject finding = audit("--json", "one")
                .json()
                .get(0)
                .getAsJsonArray("findings")
                .get(0)
                .getAsJsonObject();
        assertEquals("doubled", finding.get("kind").getAsString());
    }

    @Test
    void aFireWithoutATraceIsFound() throws IOException {
        Path history = shared.layout().history("x").resolve(DAY + ".jsonl");
        List<String> lines = Files.readAllLines(history);
        lines.remove(3);
        Files.write(history, lines);
        Cli cli = audit();
        assertEquals(1, cli.status());
        assertTrue(cli.out().contains("unaccounted: one 2026-11-23T00:30:00Z"), cli.out());
    }

    @Test
    void whatCannotBeToldIsSaidSo() throws IOException {
        Files.writeString(timetable, Files.readString(timetable).replace("600", "900"));
        Cli changed = audit();
        assertEquals(2, changed.status());
        assertTrue(changed.out().contains("missing or damaged"), changed.out());

        Files.delete(timetable);
        assertEquals(2, audit().status());

        Files.createSymbolicLink(timetable, main);
        assertEquals(2, audit().status());

        Files.delete(shared.layout().journal("x").resolve("2026-11.jsonl"));
        Cli none = audit();
        assertEquals(2, none.status());
        assertTrue(none.out().contains("no agent of this version has run yet"), none.out());
    }

    @Test
    void aShareThatIsNotThereProvesNothing() throws IOException {
        Files.delete(shared.layout().fleetFile());
        Cli cli = audit();
        assertEquals(2, cli.status());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains("holds no fleet"), cli.err());
    }

    @Test
    void plantedJournalsArePassedOver() throws IOException {
        journal(
                "y",
                "{\"since\":\"2026-11-20T00:00:00Z\",\"until\":\"2026-11-20T00:00:00Z\",\"timetable\":\"../../etc\"}");
        Files.createSymbolicLink(shared.layout().journal().resolve("z"), folder);
        Files.createDirectories(shared.layout().journal().resolve("~bad name"));
        assertEquals(0, audit().status(), audit().out());
    }

    @Test
    void aJobThatNeverWasIsAMistake() {
        Cli cli = audit("on");
        assertEquals(2, cli.status());
        assertTrue(cli.err().contains("no job on was defined or run in that time"), cli.err());
    }

    private Cli why(String... more) {
        return fleet.run("why", more);
    }

    @Test
    void jobsAreNamedByGlobsToo() {
        assertEquals(
                2, audit("--json", "*").json().get(0).getAsJsonArray("jobs").size());
        JsonObject json = audit("--json", "on?", "one").json().get(0);
        assertEquals(1, json.getAsJsonArray("jobs").size());
        assertEquals(6, json.getAsJsonObject("all").get("due").getAsInt());
        assertEquals(2, audit("three*").status());
    }

    @Test
    void whySaysWhatPeopleAndDefinitionsLeaveOut() throws IOException {
        Instant now = Instant.now();
        Instant today = now.truncatedTo(ChronoUnit.DAYS);
        Instant excepted = today.plus(Duration.ofDays(30));
        String day = excepted.toString().substring(0, 10);
        Files.writeString(
                folder.resolve("jobs.yaml"),
                "jobs:\n  two: {every: 30m, command: x, except: [%s..%s]}\n".formatted(day, day));
        Span span = new Span(
                new Asked("anna@web1", now, "move"), Optional.of(today.plus(Duration.ofDays(10))), Optional.empty());
        shared.controls(ControlTable.NONE.next(List.of(new Control.Pause("on*", span)), now), now);
        String name = Timetable.name(Files.readString(timetable));
        journal("x", new InForce(now.minusSeconds(60), now.plusSeconds(60), name).toJson());

        String paused = why("one", today.plus(Duration.ofDays(9)).toString()).out();
        assertTrue(paused.contains("it will be left out: paused by anna@web1 since "), paused);
        String later = why("one", today.plus(Duration.ofDays(11)).toString()).out();
        assertTrue(later.contains("it is due in ") && !later.contains("left out"), later);
        String resting = why("two", excepted.toString()).out();
        assertTrue(resting.contains("it will be left out: "), resting);
    }

    @Test
    void whySaysWhatBecameOfAFire() {
        Cli ran = why("one", "2026-11-23T00:20:00Z");
        assertEquals(0, ran.status(), ran.out() + ran.err());
        assertTrue(ran.out().contains("by x with token 3"), ran.out());
        JsonObject missed = why("--json", "two", "2026-11-23T00:30:00Z").json().get(0);
        assertEquals("missed", missed.get("why").getAsString());
        assertEquals("2026-11-23T00:30:00Z", missed.get("fire").getAsString());
        assertEquals(
                "not_due",
                why("--json", "two", "2026-11-23T00:31:00Z")
                        .json()
                        .get(0)
                        .get("why")
                        .getAsString());
        assertEquals(1, why("one", "2026-11-23T02:00:00Z").status(), "nothing is on record of it");
    }

    @Test
    void whyOfAJobThatNeverWasIsAMistakeAndOfAShareThatIsGoneAnAnswer() throws IOException {
        assertEquals(2, why("on").status());
        Files.delete(shared.layout().fleetFile());
        Cli gone = why("--json", "one");
        assertEquals(1, gone.status());
        assertEquals("share_unreachable", gone.json().get(0).get("why").getAsString());
    }
}
