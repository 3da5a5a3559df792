package io.fleetcron.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.RunGroup;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.HandTurnedTime;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On real files, between instances that share nothing else. */
class GroupSlotsTest {

    private static final RunGroup ONE = new RunGroup("warehouse", 1);
    private static final RunGroup THREE = new RunGroup("licences.2", 3);

    private final HandTurnedTime time = new HandTurnedTime(Instant.parse("2026-11-28T12:00:00Z"), () -> {});

    @TempDir
    Path root;

    private GroupSlots here;
    private GroupSlots there;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectory(root.resolve("groups"));
        here = instance("here");
        there = instance("there");
    }

    private GroupSlots instance(String name) {
        SharedRoot shared = new SharedRoot(root);
        SharedLayout layout = new SharedLayout(root);
        return new GroupSlots(
                name,
                new FlockDirectory(shared, layout.groups(), false),
                new DirectFiles(shared, false),
                layout,
                new FleetClock(time, time::bootNanos),
                time);
    }

    private Instant now() {
        return time.instant();
    }

    private void pass(int seconds) {
        time.pass(Duration.ofSeconds(seconds));
    }

    @Test
    void thereAreAsManyAsTheLimitInTheWholeFleet() throws Exception {
        List<GroupSlot> taken = new ArrayList<>();
        for (String job : List.of("a", "b", "c", "d", "e")) {
            (taken.size() % 2 == 0 ? here : there).take(THREE, job, now()).ifPresent(taken::add);
        }
        assertEquals(3, taken.size());
        assertEquals(3, taken.stream().map(GroupSlot::name).distinct().count());
        assertTrue(here.take(ONE, "f", now()).isPresent(), "another group");

        taken.remove(1).release();
        pass(1);
        assertTrue(there.take(THREE, "d", now().minusSeconds(1)).isPresent());
    }

    @Test
    void aSmallerLimitCountsForThoseThatComeAfter() throws Exception {
        GroupSlot first = here.take(THREE, "a", now()).orElseThrow();
        GroupSlot second = here.take(THREE, "b", now()).orElseThrow();
        GroupSlot third = here.take(THREE, "c", now()).orElseThrow();
        RunGroup smaller = new RunGroup(THREE.name(), 1);

        assertFalse(there.take(smaller, "d", now()).isPresent());
        List.of(first, second, third).forEach(GroupSlot::release);
        assertTrue(there.take(smaller, "d", now()).isPresent());
        assertFalse(there.take(smaller, "e", now()).isPresent());
    }

    @Test
    void aFreeSlotIsForWhoeverHasWaitedLongest() throws Exception {
        GroupSlot held = here.take(ONE, "a", now()).orElseThrow();
        Instant since = now();
        assertFalse(here.take(ONE, "waits", since).isPresent());
        pass(4);
        held.release();
        assertFalse(there.take(ONE, "barges", now()).isPresent(), "another one has waited longer");
        assertFalse(there.takeByHand(ONE, "by-hand").isPresent());
        GroupSlot got = here.take(ONE, "waits", since).orElseThrow();
        pass(1);
        got.release();
        assertFalse(there.takeByHand(ONE, "by-hand").isPresent(), "that other one waits now");
        assertTrue(there.take(ONE, "barges", since.plusSeconds(4)).isPresent());
    }

    @Test
    void whoeverHasNotTriedForAWhileHoldsNobodyUp() throws Exception {
        GroupSlot held = here.take(ONE, "a", now()).orElseThrow();
        assertFalse(here.take(ONE, "waits", now()).isPresent());
        held.release();
        pass(15);
        assertFalse(there.take(ONE, "b", now()).isPresent());
        pass(1);
        assertTrue(there.take(ONE, "b", now()).isPresent());
    }

    @Test
    void whereSeveralAreFreeNobodyWaitsForTheOthersToTakeTheirs() throws Exception {
        List<GroupSlot> held = new ArrayList<>();
        for (String job : List.of("a", "b", "c")) {
            held.add(here.take(THREE, job, now()).orElseThrow());
        }
        assertFalse(here.take(THREE, "waits", now()).isPresent());
        held.remove(0).release();
        pass(1);
        assertFalse(there.take(THREE, "later", now()).isPresent(), "the one free slot is not for it");
        held.remove(0).release();
        assertTrue(there.take(THREE, "later", now()).isPresent());
        assertTrue(here.take(THREE, "waits", now().minusSeconds(1)).isPresent());
    }

    @Test
    void aSlotSaysWhoHoldsIt() throws Exception {
        GroupSlot slot = there.take(ONE, "nightly", now()).orElseThrow();
        String text = Files.readString(root.resolve("groups").resolve(slot.name()));

        assertEquals("warehouse.1.lock", slot.name());
        assertEquals(1024, text.length());
        assertTrue(text.contains("\"job\":\"nightly\",\"instance\":\"there\""), text);
    }

    @Test
    void whatIsNotHeldCannotBeAdopted() {
        int pid = Math.toIntExact(ProcessHandle.current().pid());
        StorageException refused = assertThrows(StorageException.class, () -> here.adopt("warehouse.1.lock", pid));

        assertTrue(String.valueOf(refused.getMessage()).contains("warehouse.1.lock"), refused.getMessage());
    }

    /** One of many jobs that always want to run, on instances that try when it suits them. */
    private static final class Wanting {
        private final String job;
        private Instant next;
        private Instant since;
        private Optional<GroupSlot> slot = Optional.empty();
        private int passedBy;

        Wanting(String job, Instant now) {
            this.job = job;
            this.next = now;
            this.since = now;
        }

        private Instant next() {
            return next;
        }
    }

    /**
     * The promise: while a job waits, each other job of its group gets a slot once at most, however often it wants one and
     * however short its runs are.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void noJobIsPassedByAnotherOneTwice(long seed) throws Exception {
        Random random = new Random(seed);
        PriorityQueue<Wanting> jobs = new PriorityQueue<>(Comparator.comparing(Wanting::next));
        for (int i = 0; i < 6; i++) {
            jobs.add(new Wanting("job-" + i, now()));
        }
        for (int starts = 0; starts < 40; ) {
            Wanting one = jobs.remove();
            time.pass(Duration.between(now(), one.next));
            if (one.slot.isPresent()) {
                one.slot.get().release();
                one.slot = Optional.empty();
                one.since = now();
                one.passedBy = 0;
                one.next = now().plusMillis(random.nextInt(10)); // wants again at once
            } else {
                one.slot = (random.nextBoolean() ? here : there).take(ONE, one.job, one.since);
                boolean got = one.slot.isPresent();
                if (got) {
                    starts++;
                    jobs.forEach(other -> other.passedBy++);
                }
                one.next = now().plusMillis(got ? 1 + random.nextInt(9_000) : 200 + random.nextInt(4_800));
            }
            for (Wanting job : jobs) {
                assertTrue(job.passedBy <= jobs.size(), job.job + " was passed by " + job.passedBy + " runs");
            }
            jobs.add(one);
        }
    }
}
