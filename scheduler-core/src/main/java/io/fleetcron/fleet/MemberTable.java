package io.fleetcron.fleet;

import com.google.gson.JsonObject;
import io.fleetcron.json.ChecksummedLine;
import io.fleetcron.json.StrictJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The one file in which every instance has a place of its own, so that a beat costs one write and one read however many
 * instances there are. A slot is a {@link ChecksummedLine}. Pure functions.
 */
public final class MemberTable {

    /** Bytes of a slot, its line end included. */
    public static final int SLOT = 4096;

    /** How many instances there may be. The first versions knew 256 and read no more: lower slots are taken first. */
    public static final int SLOTS = 512;

    /** Bytes of a full table. Of one with up to 256 instances one read fetches all that are there, from any server. */
    public static final int SIZE = SLOT * SLOTS;

    /** An instance that has not beaten for longer may lose its place to another. */
    public static final Duration ABSENT = Duration.ofMinutes(10);

    /** What claims to be from so far ahead is not the beat of an instance. */
    private static final Duration FUTURE = Duration.ofDays(-1);

    private MemberTable() {}

    /**
     * A slot as it stands.
     *
     * @param beat what it holds; empty if it is blank, half written, or not what an instance writes
     * @param blank nobody has ever used it
     */
    public record Slot(Optional<MemberBeat> beat, boolean blank) {

        /** True for what must be read again. */
        public boolean torn() {
            return beat.isEmpty() && !blank;
        }
    }

    /** The bytes of one slot. What an instance did recently is cut short where it does not fit. */
    public static byte[] slot(MemberBeat beat) {
        MemberBeat said = beat;
        Optional<byte[]> slot = ChecksummedLine.block(object(said), SLOT);
        while (slot.isEmpty()) {
            MemberBeat shorter = new MemberBeat(said.member().briefer(), said.at(), said.number());
            if (shorter.equals(said)) {
                throw new IllegalArgumentException("a slot of the member table cannot hold " + said);
            }
            said = shorter;
            slot = ChecksummedLine.block(object(said), SLOT);
        }
        return slot.get();
    }

    /** The bytes of a slot that nobody uses. */
    public static byte[] blank() {
        return ChecksummedLine.blank(SLOT);
    }

    /** Every slot that the file has, in order. */
    public static List<Slot> slots(byte[] file) {
        List<Slot> all = new ArrayList<>();
        for (int at = 0; at < file.length && all.size() < SLOTS; at += SLOT) {
            all.add(slot(file, at));
        }
        return all;
    }

    /** The slot that begins there. */
    static Slot slot(byte[] file, int at) {
        ChecksummedLine line = ChecksummedLine.read(file, at, SLOT);
        return new Slot(line.text().flatMap(MemberTable::parse), line.isBlank());
    }

    /** The newest beat of each instance, by id. */
    public static Map<String, MemberBeat> newest(List<Slot> slots) {
        Map<String, MemberBeat> newest = new LinkedHashMap<>();
        slots.stream()
                .flatMap(slot -> slot.beat().stream())
                .sorted(Comparator.comparing(MemberBeat::at))
                .forEach(beat -> newest.put(beat.member().instance(), beat));
        return newest;
    }

    /**
     * The slot that an instance may take: its own, else one that nobody uses any more, else the next new one.
     *
     * @param now by the fleet's time
     * @return empty if the table is full of instances that were there not long ago
     */
    public static OptionalInt place(List<Slot> slots, String instance, Instant now) {
        return IntStream.concat(
                        IntStream.range(0, slots.size())
                                .filter(i -> isOf(slots.get(i), instance))
                                .limit(1),
                        IntStream.concat(
                                IntStream.range(0, slots.size()).filter(i -> isFree(slots.get(i), now)),
                                IntStream.of(slots.size())))
                .filter(i -> i < SLOTS)
                .findFirst();
    }

    private static boolean isOf(Slot slot, String instance) {
        return slot.beat()
                .filter(beat -> beat.member().instance().equals(instance))
                .isPresent();
    }

    private static boolean isFree(Slot slot, Instant now) {
        return slot.blank()
                || slot.beat()
                        .map(beat -> Duration.between(beat.at(), now))
                        .filter(age -> age.compareTo(ABSENT) > 0 || age.compareTo(FUTURE) < 0)
                        .isPresent();
    }

    /** Without its closing brace. */
    private static String object(MemberBeat beat) {
        JsonObject json = new JsonObject();
        beat.member().writeTo(json);
        json.addProperty("at", beat.at().toString());
        json.addProperty("beat", beat.number());
        String text = json.toString();
        return text.substring(0, text.length() - 1);
    }

    private static Optional<MemberBeat> parse(String line) {
        return StrictJson.read(
                line, json -> new MemberBeat(Member.of(json), json.time("at"), json.whole("beat", 0, Long.MAX_VALUE)));
    }
}
