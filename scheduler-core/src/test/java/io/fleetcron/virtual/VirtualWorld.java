package io.fleetcron.virtual;

import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.MemberTableReader;
import io.fleetcron.fleet.RunId;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** What all simulated parts share: time, chance, the server, the judge, and what goes wrong. */
final class VirtualWorld {
    private static final int GHOSTS = 20;

    static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom chance;
    private final Optional<Plant> plant;
    private final VirtualTime.Signal connectivity = time.signal();
    private final VirtualServer server = new VirtualServer(this, false);
    private final MemberTableReader memberTable = new MemberTableReader();
    private final Troubles troubles = new Troubles();
    private final Clocks clocks = new Clocks(this);
    private final DrawnKeys drawn = new DrawnKeys();
    private final Judge judge = new Judge(this);
    private final long seed;
    private Optional<Consumer<VirtualHost>> pauseAtStart = Optional.empty();
    private final Optional<TraceOf> traced;
    private final Map<Instant, Duration> lasting = new HashMap<>();
    private final List<String> trace = new ArrayList<>();

    /** What a trace is about: one job, and some time. */
    record TraceOf(String job, Instant from, Instant to) {}

    VirtualWorld(long seed, Optional<Plant> plant, Optional<TraceOf> traced) {
        this.seed = seed;
        this.chance = new SplittableRandom(seed);
        this.plant = plant;
        this.traced = traced;
    }

    static long seconds(long seconds) {
        return seconds * 1_000_000_000L;
    }

    static long millis(long millis) {
        return millis * 1_000_000L;
    }

    long seed() {
        return seed;
    }

    VirtualTime time() {
        return time;
    }

    long now() {
        return time.now();
    }

    Instant instant(long nanos) {
        return BEGIN.plusNanos(nanos);
    }

    /** Decodes the member table for all instances: else each would decode what all others wrote. */
    MemberTableReader memberTable() {
        return memberTable;
    }

    VirtualServer server() {
        return server;
    }

    Troubles troubles() {
        return troubles;
    }

    Clocks clocks() {
        return clocks;
    }

    /** What there is in the keys of some jobs. */
    DrawnKeys drawn() {
        return drawn;
    }

    Judge judge() {
        return judge;
    }

    /** Given whenever a host may reach the server again. */
    VirtualTime.Signal connectivity() {
        return connectivity;
    }

    // Chance.

    long random(long bound) {
        return bound <= 0 ? 0 : chance.nextLong(bound);
    }

    boolean chance(double probability) {
        return chance.nextDouble() < probability;
    }

    /** How long a request, or an answer, is on its way: now and then it is sent again. */
    long latency() {
        return millis(1) / 5 + random(millis(1)) + (chance(0.001) ? random(seconds(2)) : 0);
    }

    /** The same for each run of a fire, whoever runs it. */
    VirtualRun.Behaviour behaviour(RunId run, int attempt) {
        Duration wanted = lasting.get(run.time());
        if (wanted != null) {
            return new VirtualRun.Behaviour(wanted.toNanos(), 0);
        }
        SplittableRandom own = new SplittableRandom(
                seed * 31 + run.job().hashCode() * 1_000_003L + run.time().getEpochSecond() + (attempt - 1) * 7_919L);
        own.nextLong();
        long nanos = own.nextInt(100) < 5 ? seconds(60 + own.nextInt(200)) : millis(500 + own.nextInt(20_000));
        int usual = own.nextInt(attempt == 1 ? 20 : 2) == 0 ? 1 : 0;
        return new VirtualRun.Behaviour(nanos, drawn.status(run.job(), usual, own.nextLong()));
    }

    /** The next start of a run is met by a pause of its host. */
    void pauseAtNextStart(Consumer<VirtualHost> pause) {
        pauseAtStart = Optional.of(pause);
    }

    void starts(VirtualHost host) {
        Optional<Consumer<VirtualHost>> pause = pauseAtStart;
        pauseAtStart = Optional.empty();
        pause.ifPresent(now -> now.accept(host));
    }

    /** The runs of that fire last so long. */
    void lasts(Instant fire, Duration time) {
        lasting.put(fire, time);
    }

    // Deliberate faults.

    boolean plants() {
        return plant.isPresent();
    }

    boolean plants(Plant wanted) {
        return plant.isPresent() && plant.get() == wanted;
    }

    /** How long an agent waits that is to wait so long: what is not jittered is no wait for a lock. */
    Duration plantWait(VirtualHost host, Duration wait) {
        boolean ofLock = wait.toMillis() % 1000 != 0;
        return ofLock && plants(Plant.LOOKS_TOO_LATE) ? wait.plusSeconds(200) : wait;
    }

    /** Whether that host never tries a lock. */
    boolean plantsIdle(VirtualHost host) {
        return plants(Plant.NEVER_LOOKS) && host.name().equals("host-0");
    }

    /** What is read under the lock. */
    byte[] plantRead(Optional<String> schedule, String file, byte[] content) {
        Optional<String> job = SharedLayout.jobOf(String.valueOf(Path.of(file).getFileName()));
        if (plants(Plant.CHANGE_UNNOTICED) && schedule.isPresent() && job.isPresent()) {
            LedgerState state = LedgerCodec.decode(job.get(), content);
            if (state instanceof LedgerState.Valid valid) {
                LedgerRecord record = unchanged(valid.record(), schedule.get());
                byte[] planted = content.clone();
                LedgerCodec.encode(record)
                        .ifPresent(slot -> System.arraycopy(
                                slot, 0, planted, (int) LedgerLayout.offset(record.sequence()), slot.length));
                return planted;
            }
        }
        if (plants(Plant.EXIT_RECORD_IGNORED) && content.length > LedgerLayout.EXIT) {
            return Arrays.copyOf(Arrays.copyOf(content, LedgerLayout.EXIT), content.length);
        }
        return content;
    }

    /** What is written under the lock. */
    byte[] plantWrite(String file, long offset, byte[] data) {
        boolean wanted = plants(Plant.TOKEN_NOT_RAISED);
        if (!wanted && traced.isEmpty()) {
            return data;
        }
        Optional<String> job = SharedLayout.jobOf(String.valueOf(Path.of(file).getFileName()));
        if (job.isEmpty() || data.length != LedgerLayout.SLOT) {
            return data;
        }
        byte[] slots = new byte[LedgerLayout.SLOTS];
        System.arraycopy(data, 0, slots, (int) offset, data.length);
        LedgerState state = LedgerCodec.decode(job.get(), slots);
        if (!(state instanceof LedgerState.Valid valid)) {
            return data;
        }
        LedgerRecord record = valid.record();
        trace(job.get(), "ledger " + describe(record));
        return wanted ? LedgerCodec.encode(planted(record)).orElse(data) : data;
    }

    private LedgerRecord planted(LedgerRecord record) {
        boolean lower = record.token() % 5 == 0;
        return new LedgerRecord(
                record.sequence(),
                record.job(),
                record.token() - (lower ? 1 : 0),
                record.settled(),
                record.backlog(),
                record.schedule(),
                record.times(),
                record.owed(),
                record.run(),
                record.taken(),
                record.recent(),
                record.unknown());
    }

    private static LedgerRecord unchanged(LedgerRecord record, String schedule) {
        return new LedgerRecord(
                record.sequence(),
                record.job(),
                record.token(),
                record.settled(),
                record.backlog(),
                schedule,
                record.times(),
                record.owed(),
                record.run(),
                record.taken(),
                record.recent(),
                record.unknown());
    }

    private static String describe(LedgerRecord record) {
        return "seq " + record.sequence() + ", token " + record.token() + ", settled " + record.settled()
                + record.run()
                        .map(run -> ", runs " + run.fire() + " on " + run.instance())
                        .orElse("")
                + record.owed()
                        .map(owed -> ", owes " + owed.fire() + " (" + owed.why() + ")")
                        .orElse("");
    }

    /** What is read of the member table: perhaps with beats of instances that nobody has met before. */
    byte[] plantMembers(byte[] content, int most) {
        if (!plants(Plant.DEAD_FIRST)) {
            return content;
        }
        Optional<MemberBeat> real = MemberTable.slots(content).stream()
                .flatMap(slot -> slot.beat().stream())
                .findFirst();
        if (real.isEmpty()) {
            return content;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(content);
        Member one = real.get().member();
        for (int i = 0; i < GHOSTS && all.size() + MemberTable.SLOT <= most; i++) {
            String name = "ghost-" + now() / seconds(60) + "-" + i;
            Member ghost = new Member(
                    new Identity(name, name, "boot", 1),
                    one.version(),
                    "ok",
                    0,
                    one.definitions(),
                    new Member.Life(one.since(), one.flushed()),
                    one.skew(),
                    new Activity(Map.of(), Map.of()));
            all.writeBytes(MemberTable.slot(new MemberBeat(ghost, instant(now()), now())));
        }
        return all.toByteArray();
    }

    // What happened.

    /** Notes something about a job, or about a host. */
    void trace(String about, String text) {
        if (traced.isPresent()) {
            Instant now = instant(now());
            TraceOf wanted = traced.get();
            boolean mine = about.equals(wanted.job()) || !about.startsWith("job-");
            if (mine && now.isAfter(wanted.from()) && now.isBefore(wanted.to())) {
                trace.add(now + " " + about + ": " + text);
            }
        }
    }

    /** Notes something about a lock file's job. */
    void traceFile(String file, String text) {
        if (traced.isPresent()) {
            SharedLayout.jobOf(String.valueOf(Path.of(file).getFileName())).ifPresent(job -> trace(job, text));
        }
    }

    List<String> trace() {
        return trace;
    }
}
