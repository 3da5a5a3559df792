package io.fleetcron.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance leaves on record of its definitions. */
final class TimetableJournalTest {

    private static final String ONE = "  one: {every: 1h, command: 'true'}\n";
    private static final String ALL = ONE
            + "  two: {schedule: '0 3 * * *', timezone: Europe/Berlin, run_on: every, command: 'true'}\n"
            + "  three: {every: 5m, on_lost: rerun, command: 'true'}\n"
            + "  off: {every: 5m, enabled: false, command: 'true'}\n";

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private long boot;
    private SharedLayout layout;
    private DirectFiles files;
    private TimetableJournal journal;

    @BeforeEach
    void make() {
        layout = new SharedLayout(folder.resolve("shared"));
        folder.resolve("shared").toFile().mkdir();
        files = new DirectFiles(new SharedRoot(layout.root()), false);
        journal = new TimetableJournal(files, layout, "a", new FleetClock(() -> now, () -> boot), new ReentrantLock());
    }

    private void pass(Duration time) {
        now = now.plus(time);
        boot += time.toNanos();
    }

    private Collection<JobDefinition> jobs(String text) throws IOException {
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), "shared_dir: shared\njobs: [jobs.yaml]\n");
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n" + text);
        return new ConfigLoader().load(main).config().orElseThrow().jobs().values();
    }

    private List<InForce> lines(String month) throws IOException {
        return Files.readAllLines(layout.journal("a").resolve(month + ".jsonl")).stream()
                .flatMap(line -> InForce.parse(line).stream())
                .toList();
    }

    private Timetable timetable(String name) throws IOException {
        return Timetable.read(name, Files.readString(layout.timetable(name))).orElseThrow();
    }

    @Test
    void aLineSaysWhatWasDueAndSinceWhen() throws IOException {
        journal.define(jobs(ALL));
        journal.write();
        InForce line = lines("2026-11").get(0);
        assertEquals(now, line.since());
        Timetable due = timetable(line.timetable());
        assertEquals(List.of("one", "three", "two"), List.copyOf(due.jobs().keySet()), "and none that is disabled");
        assertEquals(
                new Timetable.Entry("every 3600s", false, false), due.jobs().get("one"));
        assertEquals(
                new Timetable.Entry("0 0 3 * * * Europe/Berlin", true, false),
                due.jobs().get("two"));
        assertEquals(new Timetable.Entry("every 300s", false, true), due.jobs().get("three"));
    }

    @Test
    void oneLineAnHourIsEnoughWhileNothingChanges() throws IOException {
        journal.define(jobs(ALL));
        Instant since = now;
        for (int beat = 0; beat < 2 * 720; beat++) {
            journal.write();
            pass(Duration.ofSeconds(5));
        }
        assertEquals(2, lines("2026-11").size());
        assertTrue(lines("2026-11").stream().allMatch(line -> line.since().equals(since)));
        assertEquals(since.plus(Duration.ofHours(1)), lines("2026-11").get(1).until());
    }

    @Test
    void aChangeEndsWhatWasInForce() throws IOException {
        journal.define(jobs(ONE));
        journal.write();
        pass(Duration.ofMinutes(10));
        journal.define(jobs(ONE));
        Instant changed = now;
        journal.define(jobs(ALL));
        pass(Duration.ofSeconds(4));
        journal.write();
        journal.write();
        List<InForce> lines = lines("2026-11");
        assertEquals(3, lines.size());
        assertEquals(new InForce(lines.get(0).since(), changed, lines.get(0).timetable()), lines.get(1));
        assertEquals(changed, lines.get(2).since());
        assertEquals(now, lines.get(2).until());
        assertEquals(3, timetable(lines.get(2).timetable()).jobs().size());
    }

    /** Definitions came while the server's clock was an hour ahead; they are written down when it is right again. */
    @Test
    void whatBeganByAWrongClockIsRecordedByTheRightOne() throws IOException {
        now = now.plus(Duration.ofHours(1));
        journal.define(jobs(ONE));
        pass(Duration.ofSeconds(10));
        journal.define(jobs(ALL));
        pass(Duration.ofSeconds(10));
        now = now.minus(Duration.ofHours(1));
        journal.write();
        pass(Duration.ofHours(1));
        now = now.plus(Duration.ofMinutes(1)); // what is on record stays as it is
        journal.write();
        Instant began = Instant.parse("2026-11-28T12:00:00Z");
        assertEquals(
                List.of(began, began.plusSeconds(10), began.plusSeconds(10)),
                lines("2026-11").stream().map(InForce::since).toList());
        assertEquals(began.plusSeconds(10), lines("2026-11").get(0).until());
    }

    @Test
    void whatStorageRefusedIsWrittenLater() throws IOException {
        Files.createDirectories(layout.journal("a").getParent());
        Files.writeString(layout.journal("a"), "a file where the folder goes");
        journal.define(jobs(ONE));
        assertThrows(StorageException.class, journal::write);
        pass(Duration.ofMinutes(1));
        journal.define(jobs(ALL));
        assertThrows(StorageException.class, journal::write);
        Files.delete(layout.journal("a"));
        journal.write();
        assertEquals(2, lines("2026-11").size());
        assertEquals(1, timetable(lines("2026-11").get(0).timetable()).jobs().size());
    }

    @Test
    void aFileOfSomebodyElseIsNotWrittenTo() throws IOException {
        Path outside = Files.writeString(folder.resolve("outside"), "");
        Files.createDirectories(layout.journal("a"));
        Files.createSymbolicLink(layout.journal("a").resolve("2026-11.jsonl"), outside);
        journal.define(jobs(ONE));
        journal.write();
        assertEquals("", Files.readString(outside));
        try (var all = Files.list(layout.journal("a"))) {
            assertEquals(2, all.count());
        }
    }

    @Test
    void aNewMonthHasAFileOfItsOwn() throws IOException {
        journal.define(jobs(ONE));
        journal.write();
        pass(Duration.ofDays(3));
        journal.write();
        assertEquals(1, lines("2026-12").size());
    }

    @Test
    void nothingButTheWholeTimetableIsBelieved() throws IOException {
        journal.define(jobs(ALL));
        journal.write();
        String name = lines("2026-11").get(0).timetable();
        String text = Files.readString(layout.timetable(name));
        for (int cut = 0; cut < text.length(); cut++) {
            assertEquals(Optional.empty(), Timetable.read(name, text.substring(0, cut)));
        }
        String forged = "{\"job\":\"../x\",\"times\":\"every 1s\"}\n";
        assertEquals(Optional.empty(), Timetable.read(Timetable.name(forged), forged));
        for (String foreign : List.of(
                "",
                "{}",
                "{\"since\":\"2026-11-28T12:00:00Z\",\"until\":\"2026-11-28T11:00:00Z\",\"timetable\":\"" + name
                        + "\"}",
                "{\"since\":\"2026-11-28T12:00:00Z\",\"until\":\"2026-11-28T12:00:00Z\",\"timetable\":\"../../x\"}",
                "{\"since\":1,\"until\":2,\"timetable\":\"" + name + "\"}")) {
            assertEquals(Optional.empty(), InForce.parse(foreign), foreign);
        }
    }
}
