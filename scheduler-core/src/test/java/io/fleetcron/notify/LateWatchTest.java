package io.fleetcron.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.late.Late;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.lock.LockFile;
import io.fleetcron.notify.Notifier.Place;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who finds late jobs, on real files: a ledger, what was told, and the lock. The job fires each minute. */
final class LateWatchTest {

    private static final Instant SETTLED = Instant.parse("2026-03-01T03:00:00Z");
    private static final Instant LATE = SETTLED.plusSeconds(60 + 30);

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private Instant now = LATE;
    private boolean dies;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(folder.resolve("jobs"));
        Files.createDirectories(folder.resolve("members"));
    }

    @Test
    void oneInstanceTellsOnceAndAnotherOneAfterItNoMore() throws Exception {
        JobDefinition job = job("late_after: 30s");
        ledger(job, SETTLED);
        List<String> names = List.of("a", "b", "c");
        for (String name : names) {
            watch(name, job).look(names);
        }
        assertEquals(1, told.size(), told.toString());
        String teller = told.get(0).substring(0, 1);
        List<String> others =
                names.stream().filter(name -> !name.equals(teller)).toList();
        for (String name : others) {
            watch(name, job).look(others);
        }
        watch(teller, job).look(names); // after a restart
        assertEquals(1, told.size(), told.toString());
    }

    @Test
    void whileItIsLateTheQueryHasIt() throws Exception {
        JobDefinition job = job("late_after: 30s");
        ledger(job, SETTLED);
        LateWatch watch = watch("a", job);
        now = LATE.minusMillis(1);
        watch.look(List.of("a"));
        assertEquals(Map.of(), watch.late());
        now = LATE;
        watch.look(List.of("a"));
        assertEquals(Set.of("job"), watch.late().keySet());
        ledger(job, SETTLED.plusSeconds(60));
        now = now.plusSeconds(15);
        watch.look(List.of("a"));
        assertEquals(Map.of(), watch.late());
        assertEquals(1, told.size());
    }

    @Test
    void aJobThatNobodyHasClaimedYetIsLateToo() throws Exception {
        JobDefinition job = job("late_after: 30s");
        now = SETTLED;
        LateWatch watch = watch("a", job);
        watch.look(List.of("a"));
        now = LATE.minusMillis(1);
        watch.look(List.of("a"));
        assertEquals(List.of(), told);
        now = LATE;
        watch.look(List.of("a"));
        assertEquals(1, told.size());

        now = LATE.plusSeconds(10);
        watch("b", job).look(List.of("b")); // defined now, and by others since then
        assertEquals(1, told.size(), told.toString());
        assertEquals(Set.of("job"), watch.late().keySet());
    }

    @Test
    void oneThatDiesWhileItTellsTellsAgainUnderTheSameId() throws Exception {
        JobDefinition job = job("late_after: 30s");
        ledger(job, SETTLED);
        dies = true;
        assertThrows(IllegalStateException.class, () -> watch("a", job).look(List.of("a")));
        dies = false;
        watch("b", job).look(List.of("b"));
        watch("c", job).look(List.of("c"));
        assertEquals(2, told.size());
        assertEquals(told.get(0).substring(1), told.get(1).substring(1));
    }

    @Test
    void whatAnotherOneIsTellingIsLeftToIt() throws Exception {
        JobDefinition job = job("late_after: 30s");
        ledger(job, SETTLED);
        LateWatch watch = watch("a", job);
        try (LockFile file = locks("members").file("notices.lock")) {
            HeldLock held = file.tryLock().orElseThrow();
            watch.look(List.of("a"));
            assertEquals(List.of(), told);
            held.unlock();
        }
        now = now.plusSeconds(15);
        watch.look(List.of("a"));
        assertEquals(1, told.size());
    }

    @Test
    void whatIsNotWhatAgentsWriteCountsAsNothing() throws Exception {
        JobDefinition job = job("late_after: 30s");
        ledger(job, SETTLED);
        Files.createDirectories(folder.resolve("late"));
        Files.write(folder.resolve("late/job"), new byte[] {'{', 0, (byte) 0xff});
        watch("a", job).look(List.of("a"));
        watch("a", job).look(List.of("a"));
        assertEquals(1, told.size());
    }

    @Test
    void aLedgerThatCannotBeReadHidesNoOther() throws Exception {
        JobDefinition job = job("late_after: 30s");
        ledger(job, SETTLED);
        Files.createDirectory(folder.resolve("jobs/another.lock"));
        LateWatch watch = watch("a", job);
        watch.configure(List.of(job("late_after: 30s", "another"), job));
        assertThrows(StorageException.class, () -> watch.look(List.of("a")));
        assertEquals(1, told.size());
    }

    @Test
    void eachHostWatchesItsOwnJobs() throws Exception {
        JobDefinition job = job("late_after: 30s\n    run_on: every");
        ledger(job, SETTLED);
        Place place = new Place(files(), folder.resolve("state-a"), locks("jobs"));
        LateWatch here = new LateWatch(place, Optional.empty(), "a", () -> now, (of, at) -> LeftOut.NONE, teller("a"));
        here.configure(List.of(job));
        here.look(List.of());
        here.look(List.of());
        assertEquals(1, told.size());
        LateWatch fleet = watch("a", job);
        assertFalse(fleet.isUsed());
    }

    @Test
    void nothingIsReadWhereNoJobIsWatchedOrNothingCanBeLate() throws Exception {
        JobDefinition job = job("late_after: 30s; expected: 40s; no_success_for: 1h");
        ledger(job, SETTLED);
        Set<String> read = new TreeSet<>();
        LockDirectory counting = counting(locks("jobs"), read);
        LateWatch watch = new LateWatch(
                new Place(files(), folder.resolve("late"), counting),
                Optional.of(locks("members")),
                "a",
                () -> now,
                (of, at) -> LeftOut.NONE,
                teller("a"));
        watch.configure(List.of(job("overlap: skip")));
        assertFalse(watch.isUsed());
        watch.look(List.of("a"));
        assertEquals(Set.of(), read);

        watch.configure(List.of(job));
        now = SETTLED.plusSeconds(1);
        watch.look(List.of("a"));
        assertEquals(Set.of("job.lock"), read);
        read.clear();
        for (; now.isBefore(LATE); now = now.plusSeconds(5)) {
            watch.look(List.of("a"));
        }
        assertEquals(Set.of(), read);
        assertEquals(List.of(), told);
    }

    private LateWatch watch(String instance, JobDefinition job) {
        LateWatch watch = new LateWatch(
                new Place(files(), folder.resolve("late"), locks("jobs")),
                Optional.of(locks("members")),
                instance,
                () -> now,
                (of, at) -> LeftOut.NONE,
                teller(instance));
        watch.configure(List.of(job));
        return watch;
    }

    private LateWatch.Teller teller(String instance) {
        return new LateWatch.Teller() {
            @Override
            public boolean isWanted(JobDefinition job) {
                return true;
            }

            @Override
            public void tell(JobDefinition job, Late late) {
                told.add(instance + " " + job.name() + " " + late.id());
                if (dies) {
                    throw new IllegalStateException("dies");
                }
            }
        };
    }

    private static LockDirectory counting(LockDirectory real, Set<String> read) {
        return new LockDirectory() {
            @Override
            public LockFile file(String name) {
                read.add(name);
                return real.file(name);
            }

            @Override
            public HeldLock adopt(LockFile file, int pid, int descriptor) throws StorageException {
                return real.adopt(file, pid, descriptor);
            }

            @Override
            public List<String> names() throws IOException {
                return real.names();
            }

            @Override
            public Path path() {
                return real.path();
            }
        };
    }

    private DirectFiles files() {
        return new DirectFiles(new SharedRoot(folder), false);
    }

    private LockDirectory locks(String name) {
        return new FlockDirectory(new SharedRoot(folder), folder.resolve(name), false);
    }

    private void ledger(JobDefinition job, Instant settled) throws IOException {
        byte[] slot = LedgerCodec.encode(LedgerRecord.first(job, settled)).orElseThrow();
        byte[] whole = Arrays.copyOf(slot, LedgerLayout.SIZE);
        Arrays.fill(whole, slot.length, whole.length, (byte) ' ');
        Files.write(folder.resolve("jobs/job.lock"), whole);
    }

    private JobDefinition job(String keys) throws IOException {
        return job(keys, "job");
    }

    private JobDefinition job(String keys, String name) throws IOException {
        Files.writeString(folder.resolve("fleetcron.yaml"), "shared_dir: /mnt/fleet\njobs: [jobs.yaml]\n");
        Files.writeString(
                folder.resolve("jobs.yaml"),
                "jobs:\n  " + name + ":\n    every: 1m\n    command: /bin/true\n    " + keys.replace("; ", "\n    ")
                        + "\n");
        var loaded = new ConfigLoader().load(folder.resolve("fleetcron.yaml"));
        return Objects.requireNonNull(loaded.config()
                .orElseThrow(() -> new AssertionError(loaded.problems()))
                .jobs()
                .get(name));
    }
}
