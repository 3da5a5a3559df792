package io.fleetcron.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.HandTurnedTime;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.MemberTable.Slot;
import io.fleetcron.fleet.MemberTableReader;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembershipTest {

    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong bootNanos = new AtomicLong(1_000 * SECOND);

    @TempDir
    private Path root;

    private SharedLayout layout;

    @BeforeEach
    void prepare() throws IOException {
        layout = new SharedLayout(root);
        Files.createDirectories(layout.members());
    }

    @Test
    void instancesThatStartAtOnceTakeAPlaceEach() throws Exception {
        List<Thread> threads = new ArrayList<>();
        Set<String> ids = IntStream.range(0, 24).mapToObj(i -> "i" + i).collect(Collectors.toCollection(TreeSet::new));
        for (String id : ids) {
            Membership member = member(id);
            threads.add(new Thread(() -> beat(member)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        List<Slot> slots = slots();
        assertEquals(ids.size(), slots.size());
        assertEquals(ids, new TreeSet<>(MemberTable.newest(slots).keySet()));
    }

    @Test
    void aRestartedInstanceHasItsPlaceAgain() throws IOException {
        beat(member("a"), member("b"), member("a"));

        assertEquals(2, slots().size());
    }

    @Test
    void anotherIsAliveWhileItsSlotChanges() {
        Membership reader = member("reader");
        Membership other = member("other");
        beat(other, reader);
        assertEquals(Set.of("other", "reader"), Set.copyOf(reader.live()));
        for (int i = 0; i < 4; i++) {
            pass(Duration.ofSeconds(5));
            beat(other, reader);
            assertEquals(Set.of("other", "reader"), Set.copyOf(reader.live()));
        }

        pass(Member.ALIVE);
        beat(reader);
        assertEquals(Set.of("other", "reader"), Set.copyOf(reader.live()));
        pass(Duration.ofMillis(1));
        beat(reader);
        assertEquals(Set.of("reader"), Set.copyOf(reader.live()));
    }

    @Test
    void theClockOfAnotherHostDoesNotMatterToAReaderThatWasThere() {
        Membership reader = member("reader");
        MemberSlot other = place("other");
        beat(reader);
        for (Duration wrong : List.of(Duration.ofDays(-1), Duration.ofHours(1), Duration.ofDays(-2))) {
            pass(Duration.ofSeconds(5));
            write(other, "other", Instant.now().plus(wrong), wrong.toSeconds());
            beat(reader);
            if (!wrong.equals(Duration.ofDays(-1))) {
                assertTrue(reader.isLive("other"), wrong.toString());
            }
        }
    }

    /** Else whoever writes it would have the others leave a fire alone that is still to come. */
    @Test
    void aFireIsNotSettledBeforeItsTime() throws IOException {
        Membership reader = member("reader");
        Instant fire = Instant.now().plusSeconds(5).truncatedTo(ChronoUnit.MILLIS);
        Member plain = said("forged", Instant.now(), 1).member();
        Member early = new Member(
                plain.identity(),
                "1.0",
                "ok",
                0,
                "",
                new Member.Life(plain.since(), plain.flushed()),
                Optional.empty(),
                new Activity(Map.of(), Map.of("job", fire)));
        MemberSlot slot = place("forged");
        slot.write(new MemberBeat(early, Instant.now(), 1));
        beat(reader);
        pass(Duration.ofSeconds(10));
        beat(reader);
        assertTrue(reader.isLive("forged"));
        assertEquals(Optional.empty(), reader.settled("job"));

        slot.write(new MemberBeat(early, Instant.now(), 2));
        beat(reader);
        assertEquals(Optional.of(fire), reader.settled("job"), "reported when it can be true");
    }

    @Test
    void whatAReaderFindsAtItsStartIsAsOldAsItSays() {
        write(place("fresh"), "fresh", Instant.now().minusSeconds(3), 1);
        write(place("old"), "old", Instant.now().minus(Member.ALIVE).minusSeconds(1), 1);
        Membership reader = member("reader");

        beat(reader);

        assertEquals(Set.of("fresh", "reader"), Set.copyOf(reader.live()));
    }

    @Test
    void aTableThatSomebodyDeletesIsMadeAnew() throws IOException {
        Membership member = member("a");
        beat(member);
        Files.delete(layout.memberTable());

        for (int i = 0; i < 4 && !Files.exists(layout.memberTable()); i++) {
            try {
                member.beat();
            } catch (IOException e) {
                assertTrue(String.valueOf(e.getMessage()).contains("deleted"), e.toString());
            }
        }

        beat(member);
        assertEquals(Set.of("a"), MemberTable.newest(slots()).keySet());
    }

    @Test
    void anInstanceThatWasAwayForLongAndLostItsPlaceTakesANewOne() throws IOException {
        Membership away = member("away");
        beat(away);
        pass(MemberTable.ABSENT.plusSeconds(1));
        byte[] others = MemberTable.slot(said("new", Instant.now().plus(MemberTable.ABSENT), 1));
        Files.write(layout.memberTable(), others);

        beat(away);

        assertEquals(Set.of("new", "away"), MemberTable.newest(slots()).keySet());
    }

    @Test
    void anInstanceThatFindsAnotherInItsPlaceTakesANewOne() throws IOException {
        MemberSlot mine = place("mine");
        write(mine, "mine", Instant.now(), 1);
        Files.write(layout.memberTable(), MemberTable.slot(said("new", Instant.now(), 1)));
        mine.read();

        write(mine, "mine", Instant.now(), 2);

        assertEquals(Set.of("new", "mine"), MemberTable.newest(slots()).keySet());
    }

    @Test
    void aRivalIsFoundOnlyIfItBeats() throws Exception {
        MemberSlot theirs = place("a");
        write(theirs, "a", Instant.now(), 1);
        Identity here = new Identity("a", "elsewhere", "other boot", 7);
        AtomicLong beats = new AtomicLong(1);
        HostTime beating =
                new HandTurnedTime(Instant.now(), () -> write(theirs, "a", Instant.now(), beats.incrementAndGet()));
        Optional<Member> found = new DuplicateInstanceCheck(
                        place("a", beating), InstantSource.system(), here, false, member -> false)
                .find();
        assertEquals(Optional.of("host"), found.map(Member::host));
        HostTime silent = new HandTurnedTime(Instant.now(), () -> {});
        assertEquals(
                Optional.empty(),
                new DuplicateInstanceCheck(place("a", silent), InstantSource.system(), here, false, member -> false)
                        .find(),
                "what does not beat while this looks is not a rival");
        assertEquals(
                Optional.empty(),
                new DuplicateInstanceCheck(
                                place("a"), () -> Instant.now().plus(Member.ALIVE), here, false, member -> false)
                        .find(),
                "what stopped long ago is not a rival");
    }

    /** A fleet that gives its instances new ids all day has room for them. */
    @Test
    void aPlaceIsFreeWhenItsInstanceStopsOrHasBeenSilentForTenMinutes() throws IOException {
        Membership stops = member("stops");
        Membership stays = member("stays");
        beat(stops, stays);
        stops.leave();
        beat(stops, stays, member("new"));
        assertEquals(2, slots().size());
        assertEquals(Set.of("new", "stays"), MemberTable.newest(slots()).keySet());

        MemberSlot dead = place("dead");
        write(dead, "dead", Instant.now().minus(Duration.ofMinutes(10)).minusSeconds(1), 1);
        write(place("quiet"), "quiet", Instant.now().minus(Duration.ofMinutes(9)), 1);
        beat(member("newer"));
        assertEquals(
                Set.of("new", "stays", "quiet", "newer"),
                MemberTable.newest(slots()).keySet());
        assertEquals(4, slots().size());
    }

    /** When hosts and server disagree, the one host that stands alone is wrong; a jump waits for the others' word. */
    @Test
    void aServerWhoseClockIsWrongIsFoundOut() throws Exception {
        List<Membership> members = new ArrayList<>();
        Map<String, Duration> wrong = new TreeMap<>(Map.of("a", Duration.ZERO, "b", Duration.ZERO, "c", Duration.ZERO));
        for (String id : wrong.keySet()) {
            FleetClock clock = new FleetClock(() -> Instant.now().plus(wrong.get(id)), bootNanos::get);
            members.add(new Membership(
                    place(id),
                    journals(clock),
                    clock,
                    definitions -> new Member(
                            new Identity(id, "host", "boot", 42),
                            "1.0",
                            "ok",
                            0,
                            "",
                            new Member.Life(Instant.now(), Instant.now()),
                            Optional.of(clock.skew()),
                            new Activity(Map.of(), Map.of())),
                    new ReentrantLock()));
        }
        beats(members, 6);
        assertEquals(List.of("", "", ""), faults(members));

        wrong.put("a", Duration.ofHours(1)); // this host, or the server?
        beats(members.subList(0, 1), 1);
        assertTrue(
                faults(members).get(0).contains("waiting for what the other hosts report"),
                faults(members).get(0));
        beats(members, 6);
        assertEquals(List.of("", "", ""), faults(members), "it was the host");

        wrong.replaceAll((id, before) -> Duration.ofHours(-1)); // as if the server's went ahead
        beats(members.subList(1, 2), 1);
        assertFalse(faults(members).get(1).isEmpty(), "held at once, before the others have reported theirs");
        beats(members, 6);
        for (String fault : faults(members)) {
            assertTrue(fault.contains("36") && fault.contains("s ahead of"), fault);
        }
        wrong.replaceAll((id, before) -> Duration.ZERO);
        beats(members, 1);
        beats(members, 1);
        assertEquals(List.of("", "", ""), faults(members));
    }

    private void beats(List<Membership> members, int times) {
        for (int i = 0; i < times; i++) {
            pass(Membership.INTERVAL);
            beat(members.toArray(Membership[]::new));
        }
    }

    private static List<String> faults(List<Membership> members) {
        return members.stream().map(member -> member.clockFault().orElse("")).toList();
    }

    private void pass(Duration time) {
        bootNanos.addAndGet(time.toNanos());
    }

    private static void beat(Membership... members) {
        for (Membership member : members) {
            try {
                member.beat();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void write(MemberSlot place, String instance, Instant at, long number) {
        try {
            place.write(said(instance, at, number));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Slot> slots() throws IOException {
        return MemberTable.slots(Files.readAllBytes(layout.memberTable()));
    }

    private Membership member(String instance) {
        FleetClock clock = new FleetClock(InstantSource.system(), bootNanos::get);
        return new Membership(
                place(instance),
                journals(clock),
                clock,
                definitions -> said(instance, Instant.now(), 0).member(),
                new ReentrantLock());
    }

    private JournalReader journals(FleetClock clock) {
        return new JournalReader(new DirectFiles(new SharedRoot(root), false), layout, clock);
    }

    private MemberSlot place(String instance) {
        return place(instance, new TestTime());
    }

    private MemberSlot place(String instance, HostTime time) {
        return new MemberSlot(
                new DirectFiles(new SharedRoot(root), false),
                new FlockDirectory(layout.members(), false),
                new MemberTableReader(),
                layout,
                instance,
                time);
    }

    /** Passes when it is turned; those that wait for a real lock wait really. */
    private final class TestTime implements HostTime {
        @Override
        public Instant instant() {
            return Instant.now();
        }

        @Override
        public long bootNanos() {
            return bootNanos.get();
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            Thread.sleep(time.toMillis());
        }

        @Override
        public long jitter(long bound) {
            return bound / 2;
        }
    }

    private static MemberBeat said(String instance, Instant at, long number) {
        Activity nothing = new Activity(Map.of(), Map.of());
        return new MemberBeat(
                new Member(
                        new Identity(instance, "host", "boot", 42),
                        "1.0",
                        "ok",
                        0,
                        "",
                        new Member.Life(at, at),
                        Optional.empty(),
                        nothing),
                at,
                number);
    }
}
