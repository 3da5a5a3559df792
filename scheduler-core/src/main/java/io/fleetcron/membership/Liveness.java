package io.fleetcron.membership;

import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.MemberTable.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which instances are alive, as one reader of the member table sees it: an instance is as long as its slot goes on
 * changing, by the reader's own boot-time clock. So no clock of another host matters, except for what stood there when
 * the reader came: that is as old as the fleet's time in it says. Not thread-safe; does no I/O.
 */
public final class Liveness {

    /** What was read, when, and what of it can have been true then. */
    private record Sign(MemberBeat beat, Member member, long seenNanos) {}

    /** More names than a table has slots are remembered for a day, but not as many as somebody likes to make up. */
    private static final int MOST = 16 * MemberTable.SLOTS;

    private final Map<String, Sign> signs = new HashMap<>();

    /**
     * Takes in what was read.
     *
     * @param now the fleet's time
     * @param bootNanos this host's boot-time clock
     * @return what the live instances said last, by id. A torn slot changes nothing
     */
    public Map<String, Member> after(List<Slot> slots, Instant now, long bootNanos) {
        for (MemberBeat beat : MemberTable.newest(slots).values()) {
            signs.compute(beat.member().instance(), (id, before) -> {
                if (before == null) {
                    return new Sign(
                            beat,
                            beat.member().until(now),
                            bootNanos - age(beat, now).toNanos());
                }
                return before.beat.equals(beat)
                        ? before
                        : new Sign(beat, beat.member().until(now), bootNanos);
            });
        }
        signs.values().removeIf(sign -> bootNanos - sign.seenNanos > MemberTable.ABSENT.toNanos());
        if (signs.size() > MOST) {
            signs.values().removeIf(sign -> bootNanos - sign.seenNanos > Member.ALIVE.toNanos());
        }
        Map<String, Member> live = new TreeMap<>();
        signs.forEach((id, sign) -> {
            if (bootNanos - sign.seenNanos <= Member.ALIVE.toNanos()) {
                live.put(id, sign.member);
            }
        });
        return live;
    }

    /** How old a beat is by the time that stands in it, not less than nothing: clocks agree only nearly. */
    static Duration age(MemberBeat beat, Instant now) {
        Duration age = Duration.between(beat.at(), now);
        return age.isNegative() ? Duration.ZERO : age;
    }
}
