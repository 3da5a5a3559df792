package io.fleetcron.fleet;

import io.fleetcron.fleet.MemberTable.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes a member table that is read again and again: a slot whose bytes are those of the time before is not decoded
 * again. Not thread-safe.
 */
public final class MemberTableReader {

    private byte[] before = new byte[0];
    private List<Slot> decoded = List.of();

    /**
     * Every slot that the file has, in order.
     *
     * @param file what was read, which must not be changed afterwards
     */
    public List<Slot> slots(byte[] file) {
        List<Slot> slots = new ArrayList<>();
        for (int at = 0; at < file.length && slots.size() < MemberTable.SLOTS; at += MemberTable.SLOT) {
            int end = Math.min(at + MemberTable.SLOT, file.length);
            slots.add(isSame(file, at, end) ? decoded.get(slots.size()) : MemberTable.slot(file, at));
        }
        before = file;
        decoded = List.copyOf(slots);
        return decoded;
    }

    private boolean isSame(byte[] file, int at, int end) {
        return Math.min(at + MemberTable.SLOT, before.length) == end
                && at / MemberTable.SLOT < decoded.size()
                && Arrays.equals(file, at, end, before, at, end);
    }
}
