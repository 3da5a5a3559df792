package io.fleetcron.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.NameRules;
import io.fleetcron.fleet.MemberTable.Slot;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class MemberTableTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void aSlotIsOneReadableLineThatReadsBack() {
        MemberBeat beat = beat("a", NOW, 7);

        byte[] slot = MemberTable.slot(beat);

        assertEquals(MemberTable.SLOT, slot.length);
        String text = new String(slot, StandardCharsets.UTF_8);
        assertEquals(text.length() - 1, text.indexOf('\n'), "one line");
        assertTrue(text.startsWith("{\"instance\":\"a\""), text);
        assertEquals(List.of(new Slot(Optional.of(beat), false)), MemberTable.slots(slot));
    }

    @Test
    void aSlotWrittenHalfWayIsNoticedAndHarmsNoOther() {
        byte[] table = table(beat("a", NOW, 1), beat("b", NOW, 1));
        byte[] next = MemberTable.slot(beat("b", NOW.plusSeconds(5), 12));
        int line = new String(next, StandardCharsets.UTF_8).stripTrailing().length();
        for (int bytes = 1; bytes < line; bytes++) {
            byte[] torn = table.clone();
            System.arraycopy(next, 0, torn, MemberTable.SLOT, bytes);

            List<Slot> read = MemberTable.slots(torn);

            assertEquals("a", read.get(0).beat().orElseThrow().member().instance());
            read.get(1).beat().ifPresent(beat -> assertEquals(NOW, beat.at(), "what stood there before, or nothing"));
        }
    }

    @Test
    void everyFlippedBitOfALineIsNoticed() {
        byte[] slot = MemberTable.slot(beat("a", NOW, 1));
        int line = new String(slot, StandardCharsets.UTF_8).stripTrailing().length();
        for (int i = 0; i < line; i++) {
            byte[] flipped = slot.clone();
            flipped[i] ^= 1;
            Slot read = MemberTable.slots(flipped).get(0);
            assertTrue(read.torn(), "byte " + i);
        }
    }

    @Test
    void aHoleIsBlankAndAShortEndIsTorn() {
        byte[] table = table(beat("a", NOW, 1), beat("b", NOW, 1));
        Arrays.fill(table, 0, MemberTable.SLOT, (byte) 0);

        List<Slot> read = MemberTable.slots(Arrays.copyOf(table, MemberTable.SLOT + 100));

        assertTrue(read.get(0).blank());
        assertTrue(read.get(1).torn());
    }

    @Test
    void whatItDidOfLateIsCutShortWhereItDoesNotFit() {
        Map<String, Instant> settled = new HashMap<>();
        Map<String, Long> running = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            settled.put("a-job-with-a-rather-long-name-" + i, NOW);
            running.put("another-job-with-a-long-name-" + i, (long) i);
        }
        MemberBeat beat = new MemberBeat(member("a", new Activity(running, settled)), NOW, 1);

        MemberBeat read =
                MemberTable.slots(MemberTable.slot(beat)).get(0).beat().orElseThrow();

        Activity left = read.member().activity();
        assertTrue(left.settled().size() > 10 && left.running().size() > 10, left.toString());
        assertTrue(settled.entrySet().containsAll(left.settled().entrySet()));
        assertTrue(running.entrySet().containsAll(left.running().entrySet()));
    }

    @Test
    void whatItCannotRunReadsBackAndIsCutShortWhereItDoesNotFit() {
        Unfit some = new Unfit(Optional.of("the disk is full\u001b[2J"), Map.of("nightly", "no user 'x'"));
        Unfit read = read(member("a", new Activity(Map.of(), Map.of()), some)).unfit();
        assertEquals(Optional.of("the disk is full\\u001b[2J"), read.host());
        assertEquals(some.jobs(), read.jobs());
        assertTrue(read.includes("any"));

        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            many.put("a-job-with-a-rather-long-name-" + i, "user 'somebody' does not exist on host somewhere");
        }
        Unfit left = read(member("a", new Activity(Map.of(), Map.of()), new Unfit(Optional.empty(), many)))
                .unfit();
        assertTrue(left.jobs().size() > 10, left.toString());
        assertTrue(many.entrySet().containsAll(left.jobs().entrySet()));
    }

    /** Versions that cannot say so wrote no such field. */
    @Test
    void aLineThatSaysNothingOfItMeansThatNothingIsWrong() {
        byte[] slot = MemberTable.slot(beat("a", NOW, 1));
        assertFalse(new String(slot, StandardCharsets.UTF_8).contains("unfit"));
        assertEquals(
                Unfit.NONE,
                MemberTable.slots(slot).get(0).beat().orElseThrow().member().unfit());
    }

    /** Who may run a job must not depend on how busy an instance is. */
    @Test
    void labelsReadBackWholeHoweverMuchElseThereIs() {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < NameRules.MOST_LABELS; i++) {
            labels.put("n" + "x".repeat(60) + (10 + i), "v" + "@".repeat(60) + (10 + i));
        }
        Map<String, String> unfit = new HashMap<>();
        Map<String, Instant> settled = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            unfit.put("job-" + i, "x".repeat(160));
            settled.put("job-" + i, NOW);
        }
        Activity activity = new Activity(Map.of(), settled);
        Unfit many = new Unfit(Optional.of("x".repeat(160)), unfit);

        assertEquals(
                labels,
                read(member("a", activity, new Capability(labels, many))).labels());
    }

    /** Versions that cannot report labels wrote no such field, and read nothing of it. */
    @Test
    void anInstanceWithoutLabelsWritesNone() {
        byte[] slot = MemberTable.slot(beat("a", NOW, 1));
        assertFalse(new String(slot, StandardCharsets.UTF_8).contains("labels"));
        assertEquals(
                Map.of(),
                MemberTable.slots(slot).get(0).beat().orElseThrow().member().labels());
    }

    @Test
    void aLineWithAnythingElseForALabelIsNotWhatAnInstanceWrites() {
        for (String value : List.of("", "a b", "\u001b[2J", "x".repeat(64))) {
            Member forged =
                    member("a", new Activity(Map.of(), Map.of()), new Capability(Map.of("n", value), Unfit.NONE));
            byte[] slot = MemberTable.slot(new MemberBeat(forged, NOW, 1));
            assertTrue(MemberTable.slots(slot).get(0).torn(), value);
        }
    }

    private static Member read(Member written) {
        byte[] slot = MemberTable.slot(new MemberBeat(written, NOW, 1));
        return MemberTable.slots(slot).get(0).beat().orElseThrow().member();
    }

    @Test
    void anInstanceFindsItsOwnSlotAgain() {
        List<Slot> slots = MemberTable.slots(table(beat("old", NOW.minus(Duration.ofDays(9)), 1), beat("b", NOW, 1)));

        assertEquals(OptionalInt.of(1), MemberTable.place(slots, "b", NOW));
    }

    @Test
    void aSlotUnusedForADayIsTakenAndAYoungerOneIsNot() {
        MemberBeat gone = beat("gone", NOW.minus(MemberTable.ABSENT).minusMillis(1), 1);
        MemberBeat silent = beat("silent", NOW.minus(MemberTable.ABSENT), 1);

        assertEquals(OptionalInt.of(1), MemberTable.place(MemberTable.slots(table(silent, gone)), "new", NOW));
        assertEquals(OptionalInt.of(1), MemberTable.place(MemberTable.slots(table(silent)), "new", NOW));
    }

    @Test
    void aTornSlotIsSomebodysAndAFullTableHasNoPlace() {
        byte[] full = new byte[MemberTable.SIZE];
        for (int i = 0; i < MemberTable.SLOTS; i++) {
            byte[] slot = MemberTable.slot(beat("i" + i, NOW, i));
            System.arraycopy(slot, 0, full, i * MemberTable.SLOT, slot.length);
        }
        full[20] ^= 1;

        List<Slot> slots = MemberTable.slots(full);

        assertEquals(MemberTable.SLOTS, slots.size());
        assertFalse(slots.get(0).blank());
        assertEquals(OptionalInt.empty(), MemberTable.place(slots, "new", NOW));
        assertEquals(OptionalInt.of(200), MemberTable.place(slots, "i200", NOW));
    }

    @Test
    void theNewestOfTwoSlotsOfOneInstanceCounts() {
        MemberBeat older = beat("a", NOW, 9);
        MemberBeat newer = beat("a", NOW.plusSeconds(1), 1);

        assertEquals(Map.of("a", newer), MemberTable.newest(MemberTable.slots(table(newer, older))));
    }

    @Test
    void aTableReadAgainSaysWhatItsBytesSay() {
        MemberTableReader reader = new MemberTableReader();
        MemberBeat other = beat("b", NOW, 1);
        byte[] full = table(beat("a", NOW, 1), other, beat("c", NOW, 1));
        byte[] torn = full.clone();
        torn[MemberTable.SLOT + 20] ^= 1;
        byte[] left = full.clone();
        System.arraycopy(MemberTable.blank(), 0, left, 0, MemberTable.SLOT);
        List<byte[]> tables = List.of(
                full,
                full.clone(),
                torn,
                full,
                table(beat("a", NOW.plusSeconds(5), 2), other),
                Arrays.copyOf(full, MemberTable.SLOT + 100),
                Arrays.copyOf(full, MemberTable.SLOT + 90),
                left,
                new byte[0],
                full);
        for (byte[] table : tables) {
            assertEquals(MemberTable.slots(table), reader.slots(table));
        }
    }

    /** Of a fleet of hundreds, most slots may be those of hosts that are gone. */
    @Test
    void onlySlotsThatHaveChangedAreDecodedAgain() {
        MemberTableReader reader = new MemberTableReader();
        List<Slot> first = reader.slots(table(beat("gone", NOW, 1), beat("a", NOW, 1)));
        List<Slot> second = reader.slots(table(beat("gone", NOW, 1), beat("a", NOW.plusSeconds(5), 2)));

        assertSame(first.get(0), second.get(0));
        assertEquals(2, second.get(1).beat().orElseThrow().number());
    }

    private static byte[] table(MemberBeat... beats) {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        for (MemberBeat beat : beats) {
            table.writeBytes(MemberTable.slot(beat));
        }
        return table.toByteArray();
    }

    private static MemberBeat beat(String instance, Instant at, long number) {
        return new MemberBeat(member(instance, new Activity(Map.of("job", 3L), Map.of("other", NOW))), at, number);
    }

    private static Member member(String instance, Activity activity) {
        return member(instance, activity, Unfit.NONE);
    }

    private static Member member(String instance, Activity activity, Unfit unfit) {
        return member(instance, activity, new Capability(Map.of(), unfit));
    }

    private static Member member(String instance, Activity activity, Capability capability) {
        return new Member(
                new Identity(instance, "host", "boot", 42),
                "1.0",
                "ok",
                1,
                "0011",
                new Member.Life(NOW, NOW),
                Optional.of(Duration.ofMillis(-7)),
                1,
                Optional.of("8:1 /var/lib/fleetcron/jobs@%2Fmnt%2Ffleetcron"),
                activity,
                capability,
                Optional.of(7L));
    }
}
