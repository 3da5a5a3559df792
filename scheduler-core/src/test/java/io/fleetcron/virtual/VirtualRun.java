package io.fleetcron.virtual;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.run.Run;
import io.fleetcron.run.RunSpec;
import io.fleetcron.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A simulated run with its supervisor and guard, by the contract of the real ones: it holds the lock, proves it by
 * heartbeats, ends the command when the last proof is too old, and hands the end over to its agent or writes it into the
 * lock file itself.
 */
final class VirtualRun implements Run {
    private static final int BLOCK = 512;
    private static final int BEATS = (LedgerLayout.EXIT - LedgerLayout.BEAT) / BLOCK;
    /** The exit status of a command that SIGTERM ended. */
    private static final int TERMINATED = 143;

    private static final long ANSWER = VirtualWorld.seconds(3);
    private static final long BEAT = VirtualServer.LEASE / 6;
    /** The descriptor by which a supervisor holds a slot. */
    private static final int SLOT = 7;

    private static final Path NOWHERE = Path.of("/nonexistent/output");

    private final VirtualHost host;
    private final VirtualWorld world;
    private final VirtualServer server;
    private final RunId id;
    private final Instant started;
    private final VirtualProcess supervisor;
    private final VirtualServer.@Nullable Open open;
    private final VirtualTime.Signal changed;
    private final long begun;
    private Optional<VirtualServer.Open> slot = Optional.empty();
    private Optional<String> slotName = Optional.empty();
    private Optional<Duration> timeout = Optional.empty();
    private RunSpec.@Nullable Attempts tries;
    private int attempts;
    private @Nullable VirtualProcess starter;
    private @Nullable VirtualProcess agent;
    private Judge.@Nullable Execution command;
    private @Nullable RunEnd end;
    private boolean leased;
    private boolean beating;
    private boolean leaving;
    private boolean recorded;
    private boolean gone;
    private long proof;
    private long proofWithoutPauses;
    private int beats;

    VirtualRun(VirtualHost host, RunSpec spec, VirtualServer.Open open, Optional<VirtualServer.Open> slot) {
        this(host, spec.run(), spec.started(), open);
        proof = spec.lock().claimedUptime().toNanos();
        proofWithoutPauses = proof - host.pausedFor();
        timeout = spec.timeout();
        tries = spec.attempts();
        leased = spec.lock().lease().isPresent();
        open.share(supervisor);
        this.slot = slot;
        slotName = spec.lock().slot().map(RunSpec.Slot::name);
        slot.ifPresent(held -> held.share(supervisor));
    }

    private VirtualRun(VirtualHost host, RunId id, Instant started, VirtualServer.@Nullable Open open) {
        this.host = host;
        this.world = host.world();
        this.server = open == null ? world.server() : open.server();
        this.id = id;
        this.started = started;
        this.open = open;
        this.supervisor = host.newProcess();
        this.changed = world.time().signal();
        this.begun = host.bootNanos();
    }

    /** One that is over before it began. */
    static VirtualRun refused(VirtualHost host, RunId id, Instant started, RunEnd end) {
        VirtualRun run = new VirtualRun(host, id, started, null);
        run.end = end;
        run.gone = true;
        host.world().judge().refused(host, id);
        return run;
    }

    // The supervisor.

    /** Starts the command, if the last proof of the lock is young enough. */
    void begin() {
        boolean young = !leased || !isTooOld() || world.plants(Plant.NO_CHECK_BEFORE_START);
        if (!young) {
            over(Outcome.FENCED, OptionalInt.empty());
            return;
        }
        Judge.Execution started = world.judge().started(host, id);
        command = started;
        if (world.plants(Plant.LOCK_NOT_INHERITED) && open != null) {
            server.drop(open);
        }
        attempt();
        if (leased) {
            if (!world.plants(Plant.NO_HEARTBEATS)) {
                after(Math.max(0, BEAT - age()), this::beat); // the claim was the first one
            }
            watch();
        }
    }

    private boolean isTooOld() {
        return age() > VirtualServer.LEASE * 3 / 4;
    }

    private void attempt() {
        if (end != null) {
            return;
        }
        attempts++;
        Behaviour behaviour = world.behaviour(id, attempts);
        if (timeout.filter(limit -> limit.toNanos() < behaviour.nanos()).isPresent()) {
            after(
                    timeout.get().toNanos() + world.random(VirtualWorld.seconds(1)),
                    () -> attempted(Outcome.TIMED_OUT, TERMINATED));
        } else {
            after(behaviour.nanos(), () -> attempted(outcome(behaviour.exit()), behaviour.exit()));
        }
    }

    private Outcome outcome(int exit) {
        boolean zero = world.plants(Plant.STATUSES_UNHEEDED);
        return (zero ? exit == 0 : tries().success().contains(exit)) ? Outcome.SUCCEEDED : Outcome.FAILED;
    }

    private RunSpec.Attempts tries() {
        return java.util.Objects.requireNonNull(tries);
    }

    private void attempted(Outcome how, int exit) {
        boolean wanted = how == Outcome.TIMED_OUT
                ? tries().retryTimeouts()
                : how == Outcome.FAILED && tries().retry().contains(exit);
        boolean failed = how == Outcome.TIMED_OUT || truth(how, OptionalInt.of(exit)) == Outcome.FAILED;
        if (command != null && end == null && failed) {
            command.failed(how, exit, wanted);
        }
        if (end == null && wanted && attempts <= tries().delays().size()) {
            after(tries().delays().get(attempts - 1).toNanos(), this::attempt);
        } else {
            over(how, OptionalInt.of(exit));
        }
    }

    /** By the clock of its host. */
    private void after(long nanos, Runnable task) {
        world.time().after(supervisor, host.real(nanos), task);
    }

    /** How a command behaves. */
    record Behaviour(long nanos, int exit) {}

    private long age() {
        return world.plants(Plant.LEASE_BY_WRONG_CLOCK)
                ? host.bootNanos() - host.pausedFor() - proofWithoutPauses
                : host.bootNanos() - proof;
    }

    private void watch() {
        if (world.plants(Plant.NO_FENCING)) {
            return;
        }
        long limit = world.plants(Plant.FENCED_TOO_LATE) ? VirtualServer.LEASE * 3 / 2 : VirtualServer.LEASE * 3 / 4;
        after(Math.max(1_000, limit - age()), () -> {
            if (end == null && age() >= limit) {
                over(Outcome.FENCED, OptionalInt.empty());
            } else if (end != null && !gone && age() >= limit) {
                close(); // its end could not be recorded while the lock was proven
            } else if (!gone) {
                watch();
            }
        });
    }

    private void beat() {
        if (gone || recorded) {
            return;
        }
        after(BEAT, this::beat);
        if (beating) {
            return;
        }
        beating = true;
        world.time().start(supervisor, () -> {
            long before = host.bootNanos();
            long beforeWithoutPauses = before - host.pausedFor();
            int block = beats++ % BEATS;
            try {
                write(
                        LedgerLayout.BEAT + block * BLOCK,
                        "{\"token\":" + id.token() + ",\"attempt\":1,\"beat\":"
                                + fleetTime().toEpochMilli() + "}");
                if (slot.isPresent()) {
                    prove(slot.get(), 0, new byte[BLOCK]);
                }
                proof = before;
                proofWithoutPauses = beforeWithoutPauses;
            } catch (StorageException e) {
                if (e.errno().equals("EIO")) {
                    lockLost();
                }
            } finally {
                beating = false;
                changed.give();
            }
        });
    }

    private void write(int offset, String text) throws StorageException {
        VirtualServer.Open file = java.util.Objects.requireNonNull(open);
        byte[] block = (text + " ".repeat(BLOCK - 1 - text.length()) + "\n").getBytes(StandardCharsets.UTF_8);
        if (offset >= LedgerLayout.EXIT) {
            server.write(supervisor, file, offset, block);
        } else {
            prove(file, offset, block);
        }
    }

    /** A write that is refused proves the lock as well if the file can be read through the same descriptor. */
    private void prove(VirtualServer.Open file, int offset, byte[] block) throws StorageException {
        try {
            server.write(supervisor, file, offset, block);
        } catch (StorageException e) {
            if (e.errno().equals("EIO")) {
                throw e;
            }
            server.read(supervisor, file, offset, block.length);
        }
    }

    /** From when the run began on, it passes by the boot-time clock. */
    private Instant fleetTime() {
        return started.plusNanos(host.bootNanos() - begun);
    }

    private void lockLost() {
        if (end == null && !world.plants(Plant.NO_FENCING)) {
            over(Outcome.FENCED, OptionalInt.empty());
        } else if (end != null) {
            close();
        }
    }

    private void over(Outcome how, OptionalInt exit) {
        if (end != null) {
            return;
        }
        boolean ended = how == Outcome.SUCCEEDED || how == Outcome.FAILED || how == Outcome.TIMED_OUT;
        end = new RunEnd(how, exit, attempts, fleetTime());
        if (command != null) {
            if (how == Outcome.FENCED) {
                command.fenced();
            }
            command.ended(ended ? Optional.of(truth(how, exit)) : Optional.empty(), attempts);
        }
        changed.give();
        if (how == Outcome.FENCED) {
            close();
        } else if (agent == null || agent.isOver() || adopted()) {
            leave();
        } else {
            world.time().after(supervisor, ANSWER, this::leave);
        }
    }

    /** How its command ended, whatever its supervisor takes that for. */
    private Outcome truth(Outcome how, OptionalInt exit) {
        return how == Outcome.TIMED_OUT ? how : world.drawn().outcome(id.job(), exit.orElseThrow());
    }

    /** Writes the exit record for the next claimer: tried for as long as the lock is proven. */
    private void leave() {
        if (recorded || gone || leaving) {
            return;
        }
        leaving = true;
        world.time().start(supervisor, this::writeExitRecord);
    }

    private void writeExitRecord() {
        RunEnd known = java.util.Objects.requireNonNull(end);
        String exit = known.exit().isPresent() ? ",\"exit\":" + known.exit().getAsInt() : "";
        String text = "{\"token\":" + id.token() + ",\"job\":\"" + id.job() + "\",\"fire\":\""
                + id.time() + "\",\"how\":\"" + known.outcome().name().toLowerCase(Locale.ROOT) + "\"" + exit
                + ",\"attempts\":" + known.attempts() + ",\"ended\":"
                + known.ended().toEpochMilli() + ",\"ok\":1}";
        while (!recorded && !gone) {
            beating = true;
            try {
                write(LedgerLayout.EXIT, text);
                close();
            } catch (StorageException e) {
                if (e.errno().equals("EIO") || world.plants(Plant.EXIT_RECORD_TRIED_ONCE)) {
                    close();
                }
            } finally {
                beating = false;
                changed.give();
            }
            if (!gone) {
                world.time().sleep(ANSWER);
            }
        }
    }

    /** Supervisor and guard end; with the last of those that hold it, the lock is free. */
    private void close() {
        gone = true;
        changed.give();
        supervisor.kill();
    }

    /** The supervisor is killed: the guard ends the run. */
    void supervisorKilled() {
        if (end != null || gone) {
            return;
        }
        disturb();
        if (world.plants(Plant.NO_GUARD)) {
            end = new RunEnd(Outcome.LOST, OptionalInt.empty(), 0, fleetTime());
            close();
            return;
        }
        over(Outcome.LOST, OptionalInt.empty());
        close();
    }

    /** Its host dies. */
    void lost() {
        disturb();
        if (command != null && end == null) {
            command.ended(Optional.empty(), attempts);
        }
        gone = true;
        supervisor.kill();
    }

    /** Its host or its lock may be lost from now on: history may call it lost, however it ends. */
    void disturb() {
        if (command != null && !gone) {
            command.disturb();
        }
    }

    void paused() {
        disturb();
        if (command != null) {
            command.stands();
        }
    }

    void resumed() {
        if (command != null) {
            // Its supervisor acts first: what the real one cannot promise for the first instructions after a resume.
            if (end == null
                    && leased
                    && isTooOld()
                    && !world.plants(Plant.NO_FENCING)
                    && !world.plants(Plant.FENCED_TOO_LATE)) {
                over(Outcome.FENCED, OptionalInt.empty());
            }
            command.goesOn();
        }
    }

    /** The agent that it reported to has ended. */
    void agentGone(VirtualProcess process) {
        if (agent == process) {
            agent = null;
            if (end != null && !gone) {
                leave();
            }
        }
    }

    boolean isOrphan() {
        return agent == null;
    }

    void attach(VirtualProcess process) {
        starter = starter == null ? process : starter;
        agent = process;
    }

    boolean isRunning() {
        return end == null && !gone;
    }

    VirtualServer.Open share(VirtualProcess process, int descriptor) throws StorageException {
        VirtualServer.Open shared = descriptor == SLOT ? slot.orElseThrow() : open;
        if (gone || shared == null) {
            throw new StorageException("process " + pid() + " has ended", "ESRCH");
        }
        shared.share(process);
        return shared;
    }

    // The agent's side.

    @Override
    public RunId id() {
        return id;
    }

    @Override
    public int pid() {
        return supervisor.pid();
    }

    @Override
    public Optional<String> slot() {
        return slotName;
    }

    @Override
    public Path output() {
        return NOWHERE;
    }

    @Override
    public RunEnd await() {
        if (adopted() && world.plants(Plant.SURVIVOR_TAKEN_FOR_DEAD)) {
            return new RunEnd(Outcome.LOST, OptionalInt.empty(), 0, fleetTime());
        }
        while (end == null || (adopted() && !gone)) {
            changed.await();
        }
        return java.util.Objects.requireNonNull(end);
    }

    /** One that an earlier agent started: what it reports is in the lock file and in its directory, once it is gone. */
    private boolean adopted() {
        return starter != agent;
    }

    @Override
    public void recorded() {
        recorded = true;
        while (beating && !gone) {
            changed.await();
        }
        if (!gone) {
            close();
        }
    }

    @Override
    public void unrecorded() {
        if (!gone && end != null) {
            leave();
        }
    }

    @Override
    public void kill() {
        world.time().after(supervisor, world.random(VirtualWorld.seconds(1)), () -> {
            if (end == null) {
                over(Outcome.KILLED, OptionalInt.of(TERMINATED));
            }
        });
    }

    @Override
    public Optional<String> complaint() {
        return Optional.empty();
    }

    @Override
    public void forget() {
        host.runs().remove(this);
    }
}
