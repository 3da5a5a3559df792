package io.fleetcron.membership;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Placement;
import io.fleetcron.fleet.FleetClock;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.MemberTable.Slot;
import io.fleetcron.fleet.ServerTime;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What this instance says of itself in the member table, and what the others say. A beat is one write and one read,
 * however many they are; with some beats it also asks for the server's time. {@link #beat} is for one thread that may
 * block; the rest is thread-safe, and does no I/O where it does not say so.
 */
public final class Membership {

    /** How often the own slot is written. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Of so many beats one asks for the server's time: often enough for clocks that drift by seconds a day. */
    private static final int CLOCK = 3;

    /** By how much the fleet's time may differ between two instances, of which one is slow to reach its server. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final MemberSlot place;
    private final JournalReader journals;
    private final FleetClock clock;
    private final Function<String, Member> self;
    private final Lock beating;
    private final Liveness liveness = new Liveness();
    private long beats;
    private volatile String definitions = "";
    private volatile LiveMembers live = LiveMembers.NONE;
    private volatile Map<String, Instant> seen = Map.of();
    private volatile Optional<String> clockFault = Optional.empty();
    private boolean left;
    private Duration skew = Duration.ZERO;
    private long jumpedNanos = Long.MIN_VALUE;

    /**
     * @param self what this instance says, given the hash of its definitions
     * @param beating a lock of its own, which is held while storage is waited for
     */
    public Membership(
            MemberSlot place, JournalReader journals, FleetClock clock, Function<String, Member> self, Lock beating) {
        this.place = place;
        this.journals = journals;
        this.clock = clock;
        this.self = self;
        this.beating = beating;
    }

    /** The hash of the definitions in force, which the own slot tells the others. */
    public void definitions(String hash) {
        definitions = hash;
    }

    /** Learns the server's time without appearing as a member. */
    public void learnTime() throws StorageException {
        long before = clock.bootNanos();
        Instant now = place.serverTime();
        clock.observe(now, before, clock.bootNanos());
    }

    /** What looks, before the first beat, for instances that this one must not be confused with. */
    public DuplicateInstanceCheck rivals(Identity identity, boolean nfs, Predicate<Member> separate) {
        return new DuplicateInstanceCheck(place, clock, identity, nfs, separate);
    }

    /** Reads what the members report without appearing as one. To be called after {@link #learnTime}. */
    public void observe() throws StorageException {
        read();
        clockFault = serverWrong();
    }

    private void read() throws StorageException {
        List<Slot> slots = place.read();
        live = new LiveMembers(liveness.after(slots, clock.instant(), clock.bootNanos()));
        Map<String, Instant> beats = new LinkedHashMap<>(); // journals are read in the same order each time
        MemberTable.newest(slots).forEach((id, beat) -> beats.put(id, beat.at()));
        seen = Collections.unmodifiableMap(beats);
    }

    /**
     * Why nothing may be settled or claimed for now, if so: the server's clock, by which everything is due, contradicts
     * the hosts' own clocks.
     */
    public Optional<String> clockFault() {
        return clockFault;
    }

    /** Gives the own slot back: this instance ends, and does not beat again. */
    public void leave() throws StorageException {
        beating.lock();
        try {
            left = true;
            place.leave();
        } finally {
            beating.unlock();
        }
    }

    /** Writes the own slot and reads all. */
    public void beat() throws StorageException {
        beating.lock();
        try {
            if (!left) {
                writeAndRead();
            }
        } finally {
            beating.unlock();
        }
    }

    private void writeAndRead() throws StorageException {
        long before = clock.bootNanos();
        noticeJump();
        place.write(new MemberBeat(self.apply(definitions), clock.instant(), beats));
        // Others may have learned that a wrong clock was set right. Whoever has not would go on by the wrong one.
        boolean doubted = clockFault.isPresent();
        if (beats++ % CLOCK == 0 || doubted) {
            Instant now = place.modified();
            clock.observe(now, before, clock.bootNanos());
            noticeJump();
        }
        read();
        Optional<String> wrong = serverWrong();
        clockFault = wrong.isPresent() ? wrong : jumped();
    }

    /** Whether it was the server's clock or this host's that jumped, only the others can tell, at their next beats. */
    private void noticeJump() {
        Duration now = clock.skew();
        if (now.minus(skew).abs().compareTo(ServerTime.LIMIT) > 0 && now.abs().compareTo(ServerTime.LIMIT) > 0) {
            jumpedNanos = clock.bootNanos();
        }
        skew = now;
        if (clockFault.isEmpty()) {
            clockFault = jumped();
        }
    }

    private Optional<String> jumped() {
        boolean recent =
                jumpedNanos != Long.MIN_VALUE && clock.bootNanos() - jumpedNanos < INTERVAL.toNanos() * 2 * CLOCK;
        return recent && skew.abs().compareTo(ServerTime.LIMIT) > 0
                ? Optional.of("the clocks of this host and of the file server have moved apart by "
                        + skew.abs().toSeconds() + " s; waiting for what the other hosts report of theirs")
                : Optional.empty();
    }

    private Optional<String> serverWrong() {
        List<Duration> skews = new ArrayList<>();
        members().values().stream()
                .filter(member -> !member.instance().equals(place.instance()))
                .forEach(member -> member.skew().ifPresent(skews::add));
        skews.add(clock.skew());
        return ServerTime.wrong(skews)
                .map(ahead -> "the clock of the file server is "
                        + ahead.abs().toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead of")
                        + " those of the hosts of this fleet. Nothing is settled or started until they agree: set the"
                        + " clock that is wrong");
    }

    /** The live instances, this one included once it has beaten. */
    public List<String> live() {
        return live.ids();
    }

    /** The live instances that cannot run that job, as they report. The set is the caller's own. */
    public Set<String> unfit(String job) {
        return live.unfit(job);
    }

    /** The live instances that may not run a job which is placed so. */
    public Set<String> excluded(Placement placement) {
        return placement.isAnywhere()
                ? Set.of()
                : members().values().stream()
                        .filter(member -> !placement.allows(member.host(), member.labels()))
                        .map(Member::instance)
                        .collect(Collectors.toSet());
    }

    /** The live instances that go first for a job which is placed so. */
    public Set<String> preferred(Placement placement) {
        return placement.prefer().isEmpty()
                ? Set.of()
                : members().values().stream()
                        .filter(member -> placement.prefers(member.labels()))
                        .map(Member::instance)
                        .collect(Collectors.toSet());
    }

    /** Whether a live instance may run a job which is placed so. */
    public boolean anyAllowed(Placement placement) {
        return members().values().stream().anyMatch(member -> placement.allows(member.host(), member.labels()));
    }

    /**
     * Since when the fleet has had that job's schedule: as long as any instance that has a slot. Blocks on storage.
     *
     * @param own since when this instance has it
     */
    public Instant scheduledSince(JobDefinition job, Instant own) throws StorageException {
        return journals.since(job, own, seen, members().keySet());
    }

    /** True if that instance was alive at the last beat. */
    public boolean isLive(String other) {
        return members().containsKey(other);
    }

    /** How many instances have a slot and were heard of in that time, but are not alive: they were not stopped. */
    public int silent(Duration lately) {
        Instant since = clock.instant().minus(lately);
        Map<String, Member> alive = members();
        return (int) seen.entrySet().stream()
                .filter(slot -> slot.getValue().isAfter(since) && !alive.containsKey(slot.getKey()))
                .count();
    }

    /** What the live instances say of themselves. */
    public Map<String, Member> members() {
        return live.byId();
    }

    /** True if that instance says that it has written all settlements up to then to its history. */
    public boolean flushed(String other, Instant ended) {
        Member member = members().get(other);
        return member != null
                && !ended.isBefore(member.since())
                && !ended.isAfter(member.flushed())
                && !member.flushed().isAfter(clock.instant().plus(SKEW));
    }

    /** What the live instances last said of fires of that job that are settled. */
    public Optional<Instant> settled(String job) {
        return live.settled(job, clock.instant()); // no fire is settled before its time
    }

    /** What a live instance last reported of that job, if one did: it is running it, or has seen fires of it settled. */
    public Optional<String> knowing(String job) {
        LiveMembers known = live;
        for (Member member : known.know(job) ? known.byId().values() : List.<Member>of()) {
            Long token = member.activity().running().get(job);
            Instant settled = member.activity().settled().get(job);
            if (token != null || settled != null) {
                return Optional.of("instance " + member.instance()
                        + (token != null
                                ? " is running it with token " + token
                                : " has seen fires settled up to " + settled));
            }
        }
        return Optional.empty();
    }

    /** The highest token among the runs of that job that live instances report. */
    public long newestToken(String job) {
        return live.newestToken(job).orElse(0L);
    }

    /** True if a live instance last said that it has that run in progress. */
    public boolean runs(CurrentRun run, String job) {
        Member member = members().get(run.instance());
        return member != null
                && Long.valueOf(run.token()).equals(member.activity().running().get(job));
    }
}
