package io.fleetcron.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What journals say of a schedule, as they are written. */
final class JournalReaderTest {

    private static final String HOURLY = "  one: {schedule: '0 * * * *', timezone: Europe/Berlin, command: 'true'}\n";
    private static final String DAILY = "  one: {schedule: '0 3 * * *', timezone: Europe/Berlin, command: 'true'}\n";
    private static final String OTHER = "  two: {every: 5m, command: 'true'}\n";

    /** A month begins while they write. */
    private static final Instant BEGIN = Instant.parse("2026-11-30T23:00:00Z");

    @TempDir
    private Path folder;

    private Instant now = BEGIN;
    private SharedLayout layout;
    private DirectFiles files;
    private TimetableJournal a;
    private TimetableJournal b;
    private JournalReader reader;

    @BeforeEach
    void make() throws IOException {
        layout = new SharedLayout(folder.resolve("shared"));
        Files.createDirectory(layout.root());
        files = new DirectFiles(new SharedRoot(layout.root()), false);
        FleetClock clock =
                new FleetClock(() -> now, () -> Duration.between(BEGIN, now).toNanos());
        a = new TimetableJournal(files, layout, "a", clock, new ReentrantLock());
        b = new TimetableJournal(files, layout, "b", clock, new ReentrantLock());
        reader = new JournalReader(files, layout, () -> now);
        define(0, a, HOURLY);
        define(0, b, HOURLY);
    }

    @Test
    void aScheduleCountsSinceTheFirstHasHadIt() throws IOException {
        define(30, a, DAILY);
        define(40, b, DAILY);
        define(70, a, DAILY + OTHER); // in another month
        now = at(80);

        assertEquals(at(30), since("a", "b"));
        assertEquals(at(40), since("b"), "what is not asked is not read");
    }

    @Test
    void anInstanceThatRunsHasWhatItHadLast() throws IOException {
        define(30, a, DAILY);
        define(31, a, HOURLY);
        define(32, b, DAILY);
        b.end();
        now = at(80);

        assertEquals(at(80), reader.since(daily(), now, seen("a", "b"), Set.of("a")));
        assertEquals(at(32), reader.since(daily(), now, seen("a", "b"), Set.of()), "for all that is known of a");
    }

    @Test
    void whatWasWrittenBeforeTheOwnDefinitionIsReadAndNothingTwice() throws IOException {
        now = at(20);
        assertEquals(at(20), since("a"));
        define(30, a, DAILY);
        now = at(40);
        assertEquals(at(30), since("a"));
        Files.delete(layout.journal("a").resolve("2026-11.jsonl"));

        assertEquals(at(30), reader.since(daily(), at(40), seen("a"), Set.of("a")));
    }

    @Test
    void whatIsNoJournalSaysNothing() throws IOException {
        define(30, a, DAILY);
        Files.delete(layout.journal("b").resolve("2026-11.jsonl"));
        Files.createSymbolicLink(layout.journal("b").resolve("2026-11.jsonl"), folder.resolve("outside"));
        Files.createSymbolicLink(layout.journal("c"), folder.resolve("outside"));
        Files.writeString(layout.journal("d"), "no folder");
        now = at(40);

        assertEquals(at(30), since("a", "b", "c", "d", "nobody"));
    }

    @Test
    void anInstanceThatWasNotSeenForADayIsNotAsked() throws IOException {
        define(30, a, DAILY);
        now = at(40);

        assertEquals(now, reader.since(daily(), now, Map.of("a", now.minus(Duration.ofDays(1))), Set.of()));
    }

    private static Instant at(int minute) {
        return BEGIN.plus(Duration.ofMinutes(minute));
    }

    private void define(int minute, TimetableJournal journal, String jobs) throws IOException {
        now = at(minute);
        journal.define(jobs(jobs));
        journal.write();
    }

    private Instant since(String... instances) throws IOException {
        return reader.since(daily(), now, seen(instances), Set.of(instances));
    }

    private Map<String, Instant> seen(String... instances) {
        return List.of(instances).stream().collect(Collectors.toMap(instance -> instance, instance -> now));
    }

    private JobDefinition daily() throws IOException {
        return jobs(DAILY).iterator().next();
    }

    private Collection<JobDefinition> jobs(String text) throws IOException {
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), "shared_dir: shared\njobs: [jobs.yaml]\n");
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n" + text);
        return new ConfigLoader().load(main).config().orElseThrow().jobs().values();
    }
}
