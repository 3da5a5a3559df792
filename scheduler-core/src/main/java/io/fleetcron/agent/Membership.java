package io.fleetcron.agent;

import io.fleetcron.fleet.Member;
import io.fleetcron.lock.SharedFiles;
import io.fleetcron.lock.SharedFiles.Found;
import io.fleetcron.lock.StorageException;
import io.fleetcron.schedule.FleetClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

    /** Another live instance under this instance's id, if there is one. */
    Optional<Member> namesake(String host) throws StorageException {
        Instant now = learnTime();
        for (Found found : files.readAll(directory)) {
            Optional<Member> member = alive(found, now);
            if (member.isPresent()
                    && member.get().instance().equals(instance)
                    && !member.get().host().equals(host)) {
                return member;
            }
        }
        return Optional.empty();
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

    /** What the live instances say of themselves. */
    Map<String, Member> members() {
        return live;
    }

    /** True if that instance says that it has written all settlements up to then to its history. */
    boolean flushed(String other, Instant ended) {
        Member member = live.get(other);
        return member != null && !ended.isBefore(member.since()) && !ended.isAfter(member.flushed());
    }
}
