package io.fleetcron.steer;

import io.fleetcron.control.Control;
import io.fleetcron.control.ControlLine;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.ControlTable.Corrupt;
import io.fleetcron.control.ControlTable.Found;
import io.fleetcron.control.ControlTable.Part;
import io.fleetcron.control.ControlTable.Valid;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.host.AgentDirectories;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.lock.LockFile;
import io.fleetcron.observe.MemberTableFile;
import io.fleetcron.observe.SeenInstance;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Writes what people ask of the fleet. One process at a time does so, under the lock of the table; first what was asked is
 * appended to the log, so that nothing is ever in force that nobody has asked for. Blocks on storage. For one thread.
 */
public final class ControlDesk {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final SharedLayout layout;
    private final SharedFiles files;
    private final LockDirectory locks;
    private final MemberTableFile members;
    private final HostTime time;

    private ControlDesk(SharedLayout layout, SharedFiles files, LockDirectory locks, SharedRoot root, HostTime time) {
        this.layout = layout;
        this.files = files;
        this.locks = locks;
        this.members = new MemberTableFile(root, layout.memberTable());
        this.time = time;
    }

    /**
     * Of a shared directory that has been checked.
     *
     * @param time this host's own time
     */
    public static ControlDesk in(AgentDirectories place, HostTime time) throws IOException {
        SharedFiles files = new DirectFiles(place.shared(), place.direct());
        place.furnish(files);
        return new ControlDesk(place.layout(), files, place.controlLocks(), place.shared(), time);
    }

    /** Says what shall be in force. */
    public interface Request {
        /**
         * Decides, under the lock.
         *
         * @param table what was in force until now
         * @param now the fleet's time
         */
        Wanted on(ControlTable table, Instant now) throws RefusedException;
    }

    /**
     * What shall be in force.
     *
     * @param controls all of it
     * @param lines what is new of that, for the log
     */
    public record Wanted(List<Control> controls, List<ControlLine> lines) {
        public Wanted {
            controls = List.copyOf(controls);
            lines = List.copyOf(lines);
        }
    }

    /**
     * A change that is on stable storage.
     *
     * @param table what is in force now
     * @param at the fleet's time just before
     */
    public record Changed(ControlTable table, Instant at) {}

    /** The table cannot be trusted, or has no room. The message says what to do. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * Changes what is in force. It is written also if nothing changes: a table that was restored from an older copy is
     * believed again from then on.
     *
     * @param replace whether a table that cannot be trusted counts as empty
     * @param patience how long to wait for other commands
     * @return what is in force now
     */
    public Changed change(Request request, boolean replace, Duration patience) throws IOException {
        Instant now = files.write(layout.memberClock(), new byte[] {'\n'}); // the server's time
        try (LockFile file = locks.file(SharedLayout.controlTableName())) {
            HeldLock lock = await(file, patience);
            try {
                ControlTable changed = change(lock, request, replace, now);
                lock.unlock();
                return new Changed(changed, now);
            } catch (IOException | RuntimeException | Error e) {
                lock.abandon();
                throw e;
            }
        }
    }

    private ControlTable change(HeldLock lock, Request request, boolean replace, Instant now) throws IOException {
        ControlTable table = table(lock, replace);
        Wanted wanted = request.on(table, now);
        ControlTable next = table.next(wanted.controls(), now);
        List<Part> parts = next.parts(now)
                .orElseThrow(() -> new RefusedException(layout.controlTable() + ": there is no room for more than the "
                        + table.holding(now).size() + " that are in force. End some of them first"));
        if (!wanted.lines().isEmpty()) {
            StringBuilder text = new StringBuilder("\n"); // what was written last may be torn
            wanted.lines().forEach(line -> text.append(line.toJson()).append('\n'));
            files.append(
                    layout.controlLog(YearMonth.from(now.atOffset(ZoneOffset.UTC))),
                    text.toString().getBytes(StandardCharsets.UTF_8));
        }
        for (Part part : parts) {
            lock.write(part.offset(), part.bytes());
        }
        return next;
    }

    private ControlTable table(HeldLock lock, boolean replace) throws IOException {
        Found found = ControlTable.decode(lock.read(0, ControlTable.SIZE));
        if (found instanceof Valid valid) {
            return valid.table();
        }
        if (replace) {
            return ControlTable.NONE;
        }
        throw new RefusedException(layout.controlTable() + " cannot be trusted: " + ((Corrupt) found).reason()
                + ". No host starts a job until it can: `fleetcron resume --all` writes a new one, without any pause");
    }

    private HeldLock await(LockFile file, Duration patience) throws IOException {
        long deadline = time.bootNanos() + patience.toNanos();
        while (true) {
            Optional<HeldLock> lock = file.tryLock();
            if (lock.isPresent()) {
                return lock.get();
            }
            if (time.bootNanos() - deadline > 0) {
                throw new RefusedException(
                        file + ": another command has held its lock for " + patience.toSeconds() + " s");
            }
            pause(file);
        }
    }

    private static void pause(LockFile file) throws IOException {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(file + ": interrupted while waiting for it", "EINTR");
        }
    }

    /**
     * Which live instances know of something.
     *
     * @param heard those that have read it
     * @param waiting those that have not
     * @param unaware those of a version that reads nothing of the kind
     */
    public record Audience(List<String> heard, List<String> waiting, List<String> unaware) {}

    /**
     * Which live instances have read a change.
     *
     * @param now the fleet's time
     */
    public Audience audience(ControlTable change, Instant now) throws IOException {
        List<Member> live = members.read(now).stream()
                .filter(SeenInstance::alive)
                .map(SeenInstance::member)
                .toList();
        return new Audience(
                live.stream()
                        .filter(member -> member.controls()
                                .filter(read -> read >= change.sequence())
                                .isPresent())
                        .map(Member::instance)
                        .toList(),
                live.stream()
                        .filter(member -> member.controls()
                                .filter(read -> read < change.sequence())
                                .isPresent())
                        .map(Member::instance)
                        .toList(),
                live.stream()
                        .filter(member -> member.controls().isEmpty())
                        .map(Member::instance)
                        .toList());
    }
}
