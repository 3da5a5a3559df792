package io.fleetcron.virtual;

import io.fleetcron.agent.SimulatedAgent;
import io.fleetcron.agent.SimulatedManualRun;
import io.fleetcron.agent.SimulatedSettle;
import io.fleetcron.command.HostUsers;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.file.LedgerMemory;
import io.fleetcron.natives.UserDatabase.Group;
import io.fleetcron.natives.UserDatabase.User;
import io.fleetcron.virtual.HostSpans.Condition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A host: its clocks, its network, its agent and the runs that outlive it. */
final class VirtualHost implements VirtualTime.Owner, HostTime, HostUsers {
    /** Between the death of an agent and its next start, as by systemd. */
    private static final long RESTART = VirtualWorld.seconds(2);

    /** So long after its agent has been told of definitions, that is on its disk. */
    private static final long ON_RECORD = VirtualWorld.seconds(1);

    private final VirtualWorld world;
    private final String name;
    private final Deque<VirtualTime.Event> deferred = new ArrayDeque<>();
    private final List<VirtualServer.InFlight> inFlight = new ArrayList<>();
    private final Deque<Runnable> unsynced = new ArrayDeque<>();
    private final java.util.Map<Integer, VirtualServer.Open> descriptors = new java.util.HashMap<>();
    private int newest;
    private final List<VirtualRun> runs = new ArrayList<>();
    /** Outlives its processes. */
    private final VirtualServer disk;

    private FleetConfig config;
    private Path state;
    private LedgerMemory memory = LedgerMemory.ofThisProcess();
    private long wallAhead;
    private long ppm;
    private long drifted;
    private long driftsSince;
    private Optional<Runnable> atNextWrite = Optional.empty();
    private final List<VirtualProcess> people = new ArrayList<>();
    private long pausedAt = -1;
    private long pausedFor;
    private boolean cut;
    private boolean lost = true;
    private boolean sick;
    private boolean userGone;
    private boolean refused;
    private boolean drained;
    private boolean differs;
    private boolean doubtsTheTime;
    private int boots;
    private int pids = 100;
    private @Nullable VirtualProcess agent;
    private @Nullable SimulatedAgent running;
    private final Map<Condition, Long> since = new EnumMap<>(Condition.class);
    private long outdatedSince = Long.MAX_VALUE;
    private long wasOutdatedSince = Long.MAX_VALUE;
    private long followedAt = -ON_RECORD;

    VirtualHost(VirtualWorld world, String name, FleetConfig config) {
        this.world = world;
        this.name = name;
        this.config = config;
        this.state = Path.of("/nonexistent/fleetcron", name);
        this.disk = new VirtualServer(world, true);
        world.clocks().add(this);
    }

    VirtualWorld world() {
        return world;
    }

    /** From the next start of its agent on, mails wait there. */
    void state(Path real) {
        state = real;
    }

    String name() {
        return name;
    }

    List<VirtualRun> runs() {
        return runs;
    }

    LedgerMemory memory() {
        return memory;
    }

    List<VirtualServer.InFlight> inFlight() {
        return inFlight;
    }

    Deque<Runnable> unsynced() {
        return unsynced;
    }

    /** A number by which one process names an open file to another. */
    int describe(VirtualServer.Open open) {
        descriptors.put(++newest, open);
        return newest;
    }

    VirtualServer.Open described(int descriptor) {
        return java.util.Objects.requireNonNull(descriptors.remove(descriptor));
    }

    VirtualProcess newProcess() {
        return new VirtualProcess(this, pids++);
    }

    boolean isConnected() {
        return !cut && !lost && pausedAt < 0;
    }

    boolean isLost() {
        return lost;
    }

    boolean isPaused() {
        return pausedAt >= 0;
    }

    boolean isSick() {
        return sick;
    }

    /** How long it has stood still so far. */
    long pausedFor() {
        return pausedFor;
    }

    boolean isFit() {
        return isUp() && isConnected() && !refused && !drained;
    }

    /** Whether it can run what it need not ask the fleet for. */
    private boolean isUp() {
        return running != null && !lost && !isPaused() && !sick && !userGone && !differs && !doubtsTheTime;
    }

    /** Since when it has been able to run any job without a break. */
    long fitSince() {
        return isFit() ? since.getOrDefault(Condition.FIT, Long.MAX_VALUE) : Long.MAX_VALUE;
    }

    /** Whether its agent takes part in the fleet, fit or not. */
    private boolean takesPart() {
        return running != null && isConnected();
    }

    private void changed() {
        noteDefinitions();
        note(Condition.FIT, isFit());
        note(Condition.UP, isUp());
        world.clocks().look();
    }

    private void noteDefinitions() {
        boolean outdated = outdatedSince != Long.MAX_VALUE;
        note(Condition.DEFINES, takesPart() && !outdated);
        note(Condition.LACKS, takesPart() && outdated);
    }

    private void note(Condition what, boolean holds) {
        if (holds) {
            since.putIfAbsent(what, world.now());
        } else if (since.containsKey(what)) {
            world.judge().spans().held(what, name, Objects.requireNonNull(since.remove(what)), world.now());
        }
    }

    boolean doubtsTheTime() {
        return doubtsTheTime;
    }

    /** Whether it has reason to start nothing, since it cannot know what time it is. */
    void doubtsTheTime(boolean now) {
        doubtsTheTime = now;
        changed();
    }

    /** How far its own clock is ahead of what it should be. */
    long clockAhead() {
        return wallAhead + drifted();
    }

    // Life and troubles.

    /** Boots, and starts its agent. */
    void boot() {
        connect();
        startAgent();
    }

    /** Boots, without an agent. */
    void connect() {
        boots++;
        lost = false;
        cut = false;
        world.server().booted(this);
        disk.booted(this);
    }

    /** Power fails: its processes are gone, its locks stay until the lease is over. */
    void lose() {
        world.server().silent(this);
        lost = true;
        killAgent();
        List.copyOf(people).forEach(this::leave);
        List.copyOf(runs).forEach(VirtualRun::lost);
        runs.clear();
        List.copyOf(inFlight).forEach(VirtualServer.InFlight::lost);
        inFlight.clear();
        unsynced.forEach(Runnable::run);
        unsynced.clear();
        deferred.clear();
        pausedAt = -1;
        changed();
        world.time().reap(this);
    }

    /** Its agent is killed by SIGKILL, or ends. */
    void killAgent() {
        VirtualProcess process = agent;
        agent = null;
        running = null;
        forgets();
        changed();
        if (process != null) {
            process.kill();
            runs.forEach(run -> run.agentGone(process));
        }
    }

    boolean hasAgent() {
        return agent != null;
    }

    void startAgent() {
        if (lost || agent != null) {
            return;
        }
        if (world.plants(Plant.LEDGER_GOES_BACK)) {
            memory = LedgerMemory.ofThisProcess();
        }
        VirtualProcess process = newProcess();
        agent = process;
        world.time().start(process, () -> begin(process));
    }

    private void begin(VirtualProcess process) {
        try {
            FleetConfig current = config;
            SimulatedAgent started = new SimulatedAgent(new Ports(process), identity(process), current);
            started.start(current);
            if (agent == process) {
                running = started;
                world.clocks().set(this); // its agent finds it wrong, as if it had just been set
                changed();
                if (current.equals(config)) {
                    follows(current);
                } else {
                    reload(config);
                }
            }
        } catch (IOException e) {
            world.trace(name, "agent not started: " + e.getMessage());
            if (agent == process) {
                agent = null;
                process.kill();
                world.time().after(this, RESTART, this::startAgent);
            }
        }
    }

    /** An orderly stop, and a start some time later. */
    void stopAgent(long pause) {
        VirtualProcess process = agent;
        SimulatedAgent stopping = running;
        if (process != null && stopping != null) {
            running = null;
            changed();
            world.time().start(this, () -> {
                // On a strand of the host: it outlives the process.
                stopping.stop();
                if (agent == process) {
                    killAgent();
                    world.time().after(this, pause, this::startAgent);
                }
            });
        }
    }

    /** A person has a job run now. */
    void runByHand(String job) {
        byHand(job, person -> new SimulatedManualRun(new Ports(person), identity(person), config, job).run());
    }

    /** A person settles what is due of a job by now. */
    void settleByHand(String job) {
        byHand(job, person -> {
            Judge.Known known = world.judge().known(job, name);
            String said = SimulatedSettle.now(
                    new Ports(person), identity(person), config, job, known.newest(), known.token());
            world.trace(job, "settled by hand: " + said);
        });
    }

    private interface Act {
        void by(VirtualProcess person) throws IOException;
    }

    private void byHand(String job, Act act) {
        if (lost || isPaused() || !config.jobs().containsKey(job)) {
            return;
        }
        VirtualProcess person = newProcess();
        people.add(person);
        world.time().start(person, () -> {
            try {
                act.by(person);
            } catch (IOException e) {
                world.trace(job, "not by hand: " + e.getMessage());
            }
            leave(person);
        });
    }

    /** Its next write is met by that. */
    void atNextWrite(Runnable trouble) {
        atNextWrite = Optional.of(trouble);
    }

    /** A write is on its way. */
    void writes() {
        Optional<Runnable> trouble = atNextWrite;
        atNextWrite = Optional.empty();
        trouble.ifPresent(now -> world.time().after(null, world.random(VirtualWorld.millis(1) / 2), now));
    }

    private void leave(VirtualProcess person) {
        people.remove(person);
        person.kill();
        runs.forEach(run -> run.agentGone(person));
    }

    private Identity identity(VirtualProcess process) {
        return new Identity(name, name, "boot-" + name + "-" + boots, process.pid());
    }

    void reload(FleetConfig changed) {
        boolean same = config.jobs().equals(changed.jobs());
        config = changed;
        if (outdatedSince == Long.MAX_VALUE && !same) {
            outdatedSince = world.now();
            noteDefinitions();
        }
        SimulatedAgent now = running;
        VirtualProcess process = agent;
        if (now != null && process != null) {
            world.time().start(process, () -> {
                now.reload(changed);
                follows(changed);
            });
        }
    }

    /** Its agent has that configuration in force. */
    private void follows(FleetConfig inForce) {
        if (inForce.equals(config) && !differs) {
            world.judge().spans().held(Condition.OUTDATED, name, outdatedSince, world.now());
            wasOutdatedSince = outdatedSince;
            followedAt = world.now();
            outdatedSince = Long.MAX_VALUE;
            noteDefinitions();
        }
    }

    /** What its agent had in force for a moment only may not be on record: it is as if it had not been told. */
    private void forgets() {
        if (world.now() - followedAt < ON_RECORD && outdatedSince == Long.MAX_VALUE) {
            outdatedSince = wasOutdatedSince;
        }
    }

    void pause() {
        if (!lost && pausedAt < 0) {
            world.server().silent(this);
            pausedAt = world.now();
            runs.forEach(VirtualRun::paused);
            changed();
        }
    }

    void resume() {
        if (pausedAt >= 0) {
            pausedFor += world.now() - pausedAt;
            pausedAt = -1;
            runs.forEach(VirtualRun::resumed);
            if (!cut) {
                world.server().reconnected(this);
            }
            changed();
            world.time().thaw(deferred);
        }
    }

    void cut() {
        if (!lost && !cut) {
            world.server().silent(this);
            cut = true;
            runs.forEach(VirtualRun::disturb);
            changed();
        }
    }

    void heal() {
        if (cut) {
            cut = false;
            if (!lost && pausedAt < 0) {
                world.server().reconnected(this);
            }
            changed();
        }
    }

    void sick(boolean now) {
        sick = now;
        changed();
    }

    /** Whether the server refuses it locks. */
    void refused(boolean now) {
        refused = now;
        changed();
    }

    /** Whether somebody wants it to claim nothing. */
    void drained(boolean now) {
        drained = now;
        changed();
    }

    /** Whether its definitions are not those of the others. To be said before they are, and before they are no more. */
    void differs(boolean now) {
        differs = now;
        changed();
    }

    /** At the end. */
    void note() {
        since.forEach((what, begin) -> world.judge().spans().held(what, name, begin, world.now()));
    }

    void userGone(boolean now) {
        userGone = now;
        changed();
    }

    /** From now on its clocks gain that much on the server's, or lose it. */
    void drift(long partsPerMillion) {
        drifted = drifted();
        driftsSince = world.now();
        ppm = partsPerMillion;
    }

    private long drifted() {
        return drifted + (world.now() - driftsSince) / 1_000_000 * ppm;
    }

    /** How long it takes until this host's clocks have moved on by so much. */
    long real(long nanos) {
        return nanos - nanos / 1_000_000 * ppm;
    }

    void setClock(long ahead) {
        wallAhead = ahead;
        world.clocks().set(this);
    }

    // Deliberate faults.

    /** The server's time, as it learns it. */
    Instant plantTime(Instant server) {
        return world.plants(Plant.FLEET_CLOCK_AHEAD)
                ? server.plus(Duration.ofSeconds(5))
                : world.plants(Plant.HOST_CLOCK_BELIEVED) ? instant() : server;
    }

    /** What it reads under a lock. */
    byte[] plantRead(String file, byte[] content) {
        Optional<String> schedule = SharedLayout.jobOf(
                        String.valueOf(Path.of(file).getFileName()))
                .flatMap(job -> Optional.ofNullable(config.jobs().get(job)))
                .map(JobDefinition::scheduleHash);
        return world.plantRead(schedule, file, content);
    }

    // As an owner of events.

    @Override
    public boolean isOver() {
        return lost;
    }

    @Override
    public boolean isFrozen() {
        return isPaused();
    }

    @Override
    public void defer(VirtualTime.Event event) {
        deferred.add(event);
    }

    // As the time of its processes.

    @Override
    public Instant instant() {
        return world.instant(world.now() + drifted() + wallAhead);
    }

    @Override
    public long bootNanos() {
        return world.now() + drifted() + VirtualWorld.seconds(1000);
    }

    @Override
    public void pause(Duration time) {
        world.time().sleep(real(time.toNanos()));
    }

    @Override
    public long jitter(long bound) {
        return world.random(bound);
    }

    // As the users of its jobs.

    @Override
    public Optional<User> user(String nameOrNumber) {
        return userGone ? Optional.empty() : Optional.of(new User(nameOrNumber, 4711, 4711, "/"));
    }

    @Override
    public Optional<Group> group(String nameOrNumber) {
        return Optional.empty();
    }

    @Override
    public List<Long> groupsOf(User user, long primary) {
        return List.of(primary);
    }

    @Override
    public User self() {
        return new User("root", 0, 0, "/root");
    }

    @Override
    public long selfGroup() {
        return 0;
    }

    /** What its agent stands on. */
    private final class Ports implements SimulatedAgent.Ports {
        private final VirtualProcess process;

        Ports(VirtualProcess process) {
            this.process = process;
        }

        @Override
        public HostTime time() {
            return VirtualHost.this;
        }

        @Override
        public io.fleetcron.loop.EventLoop loop() {
            return new VirtualLoop(world.time(), process);
        }

        @Override
        public io.fleetcron.storage.SharedFiles files() {
            return new VirtualFiles(world, world.server(), process);
        }

        @Override
        public io.fleetcron.storage.SharedFiles localFiles() {
            return new VirtualFiles(world, disk, process);
        }

        @Override
        public Path state() {
            return state;
        }

        @Override
        public io.fleetcron.lock.LockDirectory locks(Path directory) {
            return new VirtualLocks(world.server(), process, directory);
        }

        @Override
        public io.fleetcron.fleet.MemberTableReader memberTable() {
            return world.memberTable();
        }

        @Override
        public io.fleetcron.lock.LockDirectory localLocks() {
            return world.plants(Plant.EVERY_LIKE_ONE)
                    ? new VirtualLocks(world.server(), process, VirtualFleet.LOCAL_LOCKS)
                    : new VirtualLocks(disk, process, VirtualFleet.LOCAL_LOCKS);
        }

        @Override
        public io.fleetcron.storage.ServerLease lease() {
            return () -> Optional.of(Duration.ofNanos(VirtualServer.LEASE));
        }

        @Override
        public LedgerMemory memory() {
            return memory;
        }

        @Override
        public io.fleetcron.run.RunLauncher launcher() {
            return new VirtualLauncher(VirtualHost.this, process);
        }

        @Override
        public HostUsers users() {
            return VirtualHost.this;
        }

        @Override
        public io.fleetcron.timing.Timing timing(
                io.fleetcron.fleet.FleetClock clock, io.fleetcron.timing.Timing.Listener listener) {
            return new VirtualTiming(world, process, clock, listener);
        }
    }
}
