package io.fleetcron.observe;

import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.MemberTable.Slot;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The member table of a fleet. A slot that stays torn is passed over. */
public final class MemberTableFile {

    /** Of what is read while it is written. */
    private static final int TRIES = 3;

    private final SharedRoot root;
    private final Path table;

    /**
     * @param root the shared directory
     * @param table the file with a slot for each instance
     */
    public MemberTableFile(SharedRoot root, Path table) {
        this.root = root;
        this.table = table;
    }

    /**
     * Every instance that has a slot, by id.
     *
     * @param now by the server's clock
     */
    public List<SeenInstance> read(Instant now) throws IOException {
        return MemberTable.newest(slots()).values().stream()
                .map(beat -> new SeenInstance(
                        beat.member(),
                        beat.at(),
                        Duration.between(beat.at(), now).abs().compareTo(Member.ALIVE) <= 0))
                .sorted((a, b) -> a.member().instance().compareTo(b.member().instance()))
                .toList();
    }

    private List<Slot> slots() throws IOException {
        try {
            List<Slot> slots = MemberTable.slots(root.read(table, 0, MemberTable.SIZE));
            for (int tries = 1; tries < TRIES && slots.stream().anyMatch(Slot::torn); tries++) {
                slots = MemberTable.slots(root.read(table, 0, MemberTable.SIZE));
            }
            return slots;
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
