package io.fleetcron.agent;

import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.lock.SharedFiles;
import io.fleetcron.lock.SharedFiles.Found;
import io.fleetcron.lock.StorageException;
import io.fleetcron.schedule.FleetClock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * This instance's member file, and what the others say in theirs. Each beat also tells the server's time.
 * {@link #beat} is for one thread that may block; the rest is thread-safe and does no I/O.
 */
final class Membership {

    /** How often the member file is written. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    private final SharedFiles files;
    private final Path directory;
    private final Path own;
    private final String instance;
    private final FleetClock clock;
    private final Function<String, Member> self;
    private volatile String definitions = "";
    private volatile Map<String, Member> live = Map.of();

    Membership(SharedFiles files, Path directory, String instance, FleetClock clock, Function<String, Member> self) {
        this.files = files;
        this.directory = directory;
        this.own = directory.resolve(instance);
        this.instance = instance;
        this.clock = clock;
        this.self = self;
    }

    /** The hash of the definitions in force, which the member file tells the others. */
    void definitions(String hash) {
        definitions = hash;
    }

    /** Learns the server's time without appearing as a member. */
    Instant learnTime() throws StorageException {
        Instant now = files.write(directory.resolve("." + instance + ".probe"), new byte[] {'\n'});
        clock.observe(now, clock.bootNanos());
        return now;
    }

    /**
     * A live instance that this one must not be confused with: under its id, or (as NFS names its client by the host's
     * name) on another host of the same name. A file that an earlier boot of this host left is waited out.
     */
    Optional<Member> rival(Identity self, boolean nfs) throws IOException {
        Map<String, Found> suspects = rivals(self, nfs, learnTime());
        long deadline = System.nanoTime() + Member.ALIVE.toNanos();
        while (!suspects.isEmpty() && System.nanoTime() < deadline) {
            sleep();
            for (Map.Entry<String, Found> now : rivals(self, nfs, learnTime()).entrySet()) {
                Found before = suspects.get(now.getKey());
                if (before != null && now.getValue().modified().isAfter(before.modified())) {
                    return Member.parse(now.getValue().content());
                }
            }
        }
        return Optional.empty();
    }

    private Map<String, Found> rivals(Identity self, boolean nfs, Instant now) throws StorageException {
        Map<String, Found> rivals = new TreeMap<>();
        for (Found found : files.readAll(directory)) {
            alive(found, now)
                    .map(Member::identity)
                    .filter(other -> isRival(other, self, nfs))
                    .ifPresent(other -> rivals.put(found.name(), found));
        }
        return rivals;
    }

    private static boolean isRival(Identity other, Identity self, boolean nfs) {
        boolean sameId = other.instance().equals(self.instance());
        if (other.boot().equals(self.boot())) {
            // On this very host, such as under another state_dir: the last life's process is gone, a rival's is not.
            return sameId && other.pid() != self.pid() && runs(other.pid());
        }
        return sameId || (nfs && other.host().equals(self.host()));
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

    private static void sleep() throws IOException {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Writes the own file and reads the others. */
    void beat() throws StorageException {
        Instant now = files.write(own, self.apply(definitions).toBytes());
        clock.observe(now, clock.bootNanos());
        Map<String, Member> seen = new TreeMap<>();
        for (Found found : files.readAll(directory)) {
            alive(found, now).ifPresent(member -> seen.put(member.instance(), member));
        }
        live = Map.copyOf(seen);
    }

    private static Optional<Member> alive(Found found, Instant now) {
        if (found.name().startsWith(".")
                || Duration.between(found.modified(), now).compareTo(Member.ALIVE) > 0) {
            return Optional.empty();
        }
        return Member.parse(found.content()).filter(member -> member.instance().equals(found.name()));
    }

    /** The live instances, this one included once it has beaten. */
    List<String> live() {
        return List.copyOf(live.keySet());
    }

    /** True if that instance was alive at the last beat. */
    boolean isLive(String other) {
        return live.containsKey(other);
    }

    /** What the live instances say of themselves. */
    Map<String, Member> members() {
        return live;
    }

    /** True if that instance says that it has written all settlements up to then to its history. */
    boolean flushed(String other, Instant ended) {
        Member member = live.get(other);
        return member != null && !ended.isBefore(member.since()) && !ended.isAfter(member.flushed());
    }

    /** What the live instances last said of fires of that job that are settled. */
    Optional<Instant> settled(String job) {
        return live.values().stream()
                .map(member -> member.activity().settled().get(job))
                .filter(Objects::nonNull)
                .max(Instant::compareTo);
    }

    /** True if a live instance last said that it has that run in progress. */
    boolean runs(CurrentRun run, String job) {
        Member member = live.get(run.instance());
        return member != null
                && Long.valueOf(run.token()).equals(member.activity().running().get(job));
    }
}
