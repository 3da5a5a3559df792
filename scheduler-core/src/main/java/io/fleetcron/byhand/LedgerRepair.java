package io.fleetcron.byhand;

import io.fleetcron.agent.AgentParts;
import io.fleetcron.claim.StorageScope;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.host.AgentDirectories;
import io.fleetcron.host.StartException;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.Repair;
import io.fleetcron.ledger.RunResult;
import io.fleetcron.ledger.file.RunResults;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Settles a job's fires by hand, under its lock, where its ledger keeps it from starting. For one thread. */
public final class LedgerRepair {

    private final AgentParts parts;
    private final StorageScope lane;
    private final JobDefinition job;

    public LedgerRepair(AgentParts parts, JobDefinition job) {
        this.parts = parts;
        this.lane = parts.lane(job.policy().runOn());
        this.job = job;
    }

    /**
     * Checks that the ledger may be written here.
     *
     * @throws StartException if the guarantee would not hold here
     */
    public static LedgerRepair prepare(
            FleetConfig config, JobDefinition job, Optional<String> wanted, InstantSource wallClock)
            throws StartException {
        String instance = ThisHost.instance(config, wanted);
        AgentDirectories place = AgentDirectories.prepare(config, instance);
        try {
            AgentParts parts = AgentParts.besideAgent(config, place, Identity.here(instance), wallClock);
            parts.instance().members().learnTime();
            parts.instance().members().observe();
            if (job.policy().runOn() == RunOn.EVERY) {
                parts.joinLocalLocks(place); // a ledger made here would keep those of all such jobs from coming here
            }
            return new LedgerRepair(parts, job);
        } catch (IOException e) {
            throw new StartException(List.of(String.valueOf(e.getMessage())));
        }
    }

    /** The fleet's time. */
    public Instant now() {
        return parts.instance().clock().instant();
    }

    /**
     * Settles every fire up to an instant.
     *
     * @param ran the newest fire that history says was started
     * @param token the highest token in history
     * @return the record as written, or why nothing was
     * @throws IOException if storage fails; nothing is known then of what was written
     */
    public Repair.Result settle(Instant to, Optional<Instant> ran, long token) throws IOException {
        Optional<String> fault = parts.instance().members().clockFault();
        if (fault.isPresent()) {
            return new Repair.Refused(fault.get());
        }
        try (LockFile file = lane.locks().file(SharedLayout.lockName(job.name()))) {
            Optional<HeldLock> lock = file.tryLock();
            if (lock.isEmpty()) {
                return new Repair.Refused("the job runs, or another instance holds its lock. `fleetcron status` shows"
                        + " where; try again when it has ended");
            }
            try {
                Repair.Result result = settle(lock.get(), to, ran, token);
                lock.get().unlock();
                return result;
            } catch (IOException e) {
                lock.get().abandon();
                throw e;
            }
        }
    }

    private Repair.Result settle(HeldLock lock, Instant to, Optional<Instant> ran, long token) throws IOException {
        byte[] content = lock.read(0, LedgerLayout.SIZE);
        LedgerState found = LedgerCodec.decode(job.name(), content);
        Optional<RunResult> end = found instanceof LedgerState.Valid valid
                ? valid.record().run().flatMap(run -> RunResults.read(content, run))
                : Optional.empty();
        // The tokens of a job of every host are each host's own.
        long running = lane.ranked() ? parts.instance().members().newestToken(job.name()) : 0;
        parts.instance().controls().refresh(); // nobody claims a request while the lock is held
        Repair.Known known = lane.memory()
                .known(
                        job.name(),
                        Math.max(token, running),
                        ran,
                        parts.instance().controls().requests(job.name()));
        Repair.Result result = Repair.settle(
                found,
                end,
                job,
                known,
                to,
                parts.instance().clock().latest(),
                parts.instance().settler());
        if (result instanceof Repair.Settled settled) {
            write(lock, settled.record());
            lane.memory().written(job.name(), settled.record());
            lane.history()
                    .add(settled.lines().stream()
                            .map(line -> new HistoryLine(job.name(), line))
                            .toList());
        }
        return result;
    }

    /** The whole file: what else was in it is not to be believed. */
    private void write(HeldLock lock, LedgerRecord record) throws IOException {
        byte[] slot = LedgerCodec.encode(record)
                .or(() -> LedgerCodec.encode(record.withRecent(List.of())))
                .orElseThrow();
        byte[] whole = new byte[LedgerLayout.SIZE];
        Arrays.fill(whole, (byte) ' ');
        System.arraycopy(slot, 0, whole, (int) LedgerLayout.offset(record.sequence()), slot.length);
        whole[LedgerLayout.SLOT - 1] = '\n';
        whole[LedgerLayout.SLOTS - 1] = '\n';
        whole[whole.length - 1] = '\n';
        lock.write(0, whole);
    }

    /** Writes history, for a few seconds at most. */
    public void close() {
        parts.loop().finish(Duration.ofSeconds(5), () -> {
            lane.history().flush();
            parts.shared().history().flush();
            parts.remember();
        });
    }
}
