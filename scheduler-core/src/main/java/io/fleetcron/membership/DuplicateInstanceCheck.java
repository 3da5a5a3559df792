package io.fleetcron.membership;

import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Looks, before an agent begins, for a live instance that it must not be confused with: under its id, or (as NFS names
 * its client by the host's name) on another host of the same name, or on this host with other locks. What an earlier boot of this host left is waited out.
 */
public final class DuplicateInstanceCheck {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final MemberSlot place;
    private final InstantSource clock;
    private final Identity self;
    private final boolean nfs;
    private final Predicate<Member> separate;

    /**
     * @param clock the fleet's time
     * @param separate finds instances of this host that do not share its locks
     */
    DuplicateInstanceCheck(
            MemberSlot place, InstantSource clock, Identity self, boolean nfs, Predicate<Member> separate) {
        this.place = place;
        this.clock = clock;
        this.self = self;
        this.nfs = nfs;
        this.separate = separate;
    }

    /** One that beats while this looks. Blocks for as long as a silent one may still be alive, if there is one. */
    public Optional<Member> find() throws IOException {
        Map<String, MemberBeat> suspects = suspects();
        long deadline = place.time().bootNanos() + Member.ALIVE.toNanos();
        while (!suspects.isEmpty() && place.time().bootNanos() < deadline) {
            sleep();
            for (Map.Entry<String, MemberBeat> now : suspects().entrySet()) {
                MemberBeat before = suspects.get(now.getKey());
                if (before != null && !now.getValue().equals(before)) {
                    return Optional.of(now.getValue().member());
                }
            }
        }
        return Optional.empty();
    }

    private Map<String, MemberBeat> suspects() throws IOException {
        Instant now = clock.instant();
        Map<String, MemberBeat> suspects = new TreeMap<>();
        MemberTable.newest(place.read()).forEach((id, beat) -> {
            boolean recent = Liveness.age(beat, now).compareTo(Member.ALIVE) <= 0;
            if (recent && (isRival(beat.member().identity()) || separate.test(beat.member()))) {
                suspects.put(id, beat);
            }
        });
        return suspects;
    }

    private boolean isRival(Identity other) {
        return self.hasDoubleIn(other) || (nfs && self.hasNamesakeIn(other)) || besideIt(other);
    }

    /** On this very host, such as under another state_dir: the last life's process is gone, a rival's is not. */
    private boolean besideIt(Identity other) {
        boolean here = other.boot().equals(self.boot()) && other.instance().equals(self.instance());
        return here && other.pid() != self.pid() && runs(other.pid());
    }

    /** A process that is over but not yet waited for has no command line any more (proc(5)). */
    private static boolean runs(long pid) {
        try {
            return !Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1)
                    .isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private void sleep() throws IOException {
        try {
            place.time().pause(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
