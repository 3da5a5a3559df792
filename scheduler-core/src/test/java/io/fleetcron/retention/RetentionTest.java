package io.fleetcron.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.KeptFrom;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.late.Told;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes and what stays, on a real directory under a real lock. It is 28 November; 90 days before is 30 August. */
final class RetentionTest {

    private static final Duration KEEP = Duration.ofDays(90);

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private SharedLayout layout;
    private FlockDirectory locks;
    private Retention retention;

    @BeforeEach
    void make() throws IOException {
        layout = new SharedLayout(folder.resolve("shared"));
        Files.createDirectories(layout.members());
        locks = new FlockDirectory(new SharedRoot(layout.root()), layout.members(), false);
        retention = retention();
    }

    private Retention retention() {
        return new Retention(new DirectFiles(new SharedRoot(layout.root()), false), layout, locks, () -> now);
    }

    private static Path file(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        return Files.writeString(path, "x\n");
    }

    private Path history(String name) throws IOException {
        return file(layout.history("a").resolve(name));
    }

    private static void assertKept(List<Path> kept, List<Path> gone) {
        for (Path path : kept) {
            assertTrue(Files.exists(path), path.toString());
        }
        for (Path path : gone) {
            assertFalse(Files.exists(path), path.toString());
        }
    }

    @Test
    void historyGoesByItsDayAndNothingElseDoes() throws IOException {
        List<Path> old =
                List.of(history("2026-08-29.jsonl"), history("2026-01-01~4711.jsonl"), history("1999-12-31.jsonl"));
        List<Path> kept = List.of(
                history("2026-08-30.jsonl"),
                history("2026-11-28.jsonl"),
                history("2027-01-01.jsonl"),
                history("2026-08-29.txt"),
                history("old.jsonl"),
                file(layout.jobs().resolve("2026-01-01.jsonl")));
        retention.prune(KEEP);
        assertKept(kept, old);
        assertEquals(
                Optional.of(Instant.parse("2026-08-30T00:00:00Z")),
                KeptFrom.parse(Files.readString(layout.keptFrom())));
    }

    @Test
    void whatWasToldOfLateJobsGoesByWhenItWasTold() throws IOException {
        Path old = told("old", Instant.parse("2026-08-29T23:59:59Z"));
        Path young = told("young", Instant.parse("2026-08-30T00:00:00Z"));
        Path planted = file(layout.late().resolve("planted"));
        retention.prune(KEEP);
        assertKept(List.of(young), List.of(old, planted));
    }

    private Path told(String job, Instant time) throws IOException {
        return Files.write(file(layout.late().resolve(job)), new Told(time, time, time, 1, time).toBytes());
    }

    @Test
    void itIsDoneOnceADay() throws IOException {
        retention.prune(KEEP);
        Path later = history("2026-01-01.jsonl");
        retention().prune(KEEP);
        assertKept(List.of(later), List.of());
        now = now.plus(Duration.ofDays(1));
        retention().prune(KEEP);
        assertKept(List.of(), List.of(later));
    }

    @Test
    void whoFindsTheLockTakenLeavesIt() throws IOException {
        Path old = history("2026-01-01.jsonl");
        HeldLock other = locks.file("retention.lock").tryLock().orElseThrow();
        retention.prune(KEEP);
        assertKept(List.of(old, layout.history("a")), List.of(layout.keptFrom()));
        other.unlock();
        retention.prune(KEEP);
        assertKept(List.of(), List.of(old));
    }

    @Test
    void theNewestOutputOfEachInstanceStays() throws IOException {
        Instant january = Instant.parse("2026-01-01T00:00:00Z");
        List<Path> outputs = Stream.of(
                        new OutputName(january, 1, "a"),
                        new OutputName(january.plusSeconds(60), 2, "a"),
                        new OutputName(january, 1, "b"),
                        new OutputName(now, 3, "c"))
                .map(name -> layout.output("job").resolve(name.text()))
                .toList();
        for (Path output : outputs) {
            file(output);
        }
        retention.prune(KEEP);
        assertKept(outputs.subList(1, 4), outputs.subList(0, 1));
    }

    private String journal(String instance, String month, String job) throws IOException {
        Timetable timetable =
                new Timetable(new TreeMap<>(java.util.Map.of(job, new Timetable.Entry("every 60s", false, false))));
        String name = Timetable.name(timetable.text());
        Files.writeString(file(layout.timetable(name)), timetable.text());
        Instant at = Instant.parse(month + "-02T00:00:00Z");
        Files.writeString(
                file(layout.journal(instance).resolve(month + ".jsonl")), new InForce(at, at, name).toJson() + "\n");
        return name;
    }

    @Test
    void whatAnAuditNeedsOfTheTimeBeforeStays() throws IOException {
        String gone = journal("a", "2026-05", "first");
        String before = journal("a", "2026-06", "second");
        String within = journal("a", "2026-11", "third");
        String away = journal("b", "2026-01", "fourth");
        retention.prune(KEEP);
        Path journal = layout.journal("a");
        assertKept(
                List.of(
                        journal.resolve("2026-06.jsonl"),
                        journal.resolve("2026-11.jsonl"),
                        layout.journal("b").resolve("2026-01.jsonl"),
                        layout.timetable(before),
                        layout.timetable(within),
                        layout.timetable(away)),
                List.of(journal.resolve("2026-05.jsonl"), layout.timetable(gone)));
    }

    @Test
    void nothingIsRemovedThroughALink() throws IOException {
        Path outside = file(folder.resolve("outside/2026-01-01.jsonl"));
        Files.createDirectories(layout.history());
        Files.createSymbolicLink(layout.history("a"), outside.getParent());
        Path link = Files.createDirectories(layout.history("b")).resolve("2026-01-01.jsonl");
        Files.createSymbolicLink(link, outside);
        file(layout.history().resolve("a-file"));
        String kept = journal("a", "2026-11", "job");
        Files.delete(layout.journal("a").resolve("2026-11.jsonl"));
        Files.createSymbolicLink(layout.journal("a").resolve("2026-11.jsonl"), outside);
        retention.prune(KEEP);
        assertTrue(Files.exists(outside));
        assertFalse(Files.isSymbolicLink(link), "the link itself is an old file");
        assertKept(List.of(layout.timetable(kept)), List.of());
    }

    @Test
    void aFileThatSaysThatItWasDoneInTheFutureIsNotBelieved() throws IOException {
        Path old = history("2026-01-01.jsonl");
        Files.writeString(layout.keptFrom(), "{\"kept_from\":\"2099-01-01T00:00:00Z\"}\n");
        retention.prune(KEEP);
        assertKept(List.of(), List.of(old));
        for (String text : List.of("", "{}", "[]", "{\"kept_from\":1}", "{\"kept_from\":\"soon\"}")) {
            assertEquals(Optional.empty(), KeptFrom.parse(text), text);
        }
    }
}
