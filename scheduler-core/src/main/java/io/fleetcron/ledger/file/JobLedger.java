package io.fleetcron.ledger.file;

import io.fleetcron.fleet.FleetClock;
import io.fleetcron.ledger.CorruptLedgerException;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.RunResult;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.run.Heartbeat;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/** A job's ledger while its lock is held: read once, written whole. For one thread. */
public final class JobLedger {

    private final String job;
    private final HeldLock lock;
    private final RetainedSettlements recent;
    private final LedgerMemory memory;
    private final FleetClock clock;
    private final Supplier<Optional<String>> members;
    private byte[] content = new byte[0];

    /**
     * @param memory what this instance has seen of ledgers
     * @param clock the fleet's time
     * @param members what the live instances report of this job, if they do: its ledger cannot be blank
     */
    public JobLedger(
            String job,
            HeldLock lock,
            RetainedSettlements recent,
            LedgerMemory memory,
            FleetClock clock,
            Supplier<Optional<String>> members) {
        this.job = job;
        this.lock = lock;
        this.recent = recent;
        this.memory = memory;
        this.clock = clock;
        this.members = members;
    }

    /**
     * Reads the newest record.
     *
     * @param beginning written, as the beginning of the file's life, where there is none yet
     * @throws IOException if the ledger cannot be trusted
     */
    public LedgerRecord read(Supplier<LedgerRecord> beginning) throws IOException {
        content = lock.read(0, LedgerLayout.SIZE);
        LedgerState decoded = LedgerCodec.decode(job, content);
        Optional<String> doubt = memory.doubt(job, decoded);
        if (doubt.isPresent()) {
            throw new CorruptLedgerException(job, doubt.get());
        }
        if (decoded instanceof LedgerState.Valid valid) {
            memory.seen(job, valid.record());
            Instant now = clock.latest();
            if (valid.record().isAheadOf(now)) {
                throw CorruptLedgerException.ahead(valid.record(), now);
            }
            recent.adopt(valid.record());
            return valid.record();
        }
        if (decoded instanceof LedgerState.Corrupt corrupt) {
            throw new CorruptLedgerException(job, corrupt.reason());
        }
        Optional<String> known = members.get();
        if (known.isPresent()) {
            throw new CorruptLedgerException(
                    job, "it is empty, but " + known.get() + ". Its lock file was deleted or moved away");
        }
        // On its own, before any claim: a file with one torn slot and nothing else has never started anything.
        // The whole file at once: a share that is full later still takes heartbeats, exit records and settlements.
        LedgerRecord first = beginning.get();
        byte[] whole = Arrays.copyOf(LedgerCodec.encode(first).orElseThrow(), LedgerLayout.SIZE);
        Arrays.fill(whole, LedgerLayout.SLOT, whole.length, (byte) ' ');
        whole[whole.length - 1] = '\n';
        lock.write(LedgerLayout.offset(first.sequence()), whole);
        memory.written(job, first);
        return first;
    }

    /** The end of that run, if its supervisor wrote it into the file that {@link #read} read. */
    public Optional<RunResult> resultOf(CurrentRun run) {
        return RunResults.read(content, run);
    }

    /** The end of that run, if its supervisor has written it into the file by now. */
    public Optional<RunResult> writtenResultOf(CurrentRun run) throws StorageException {
        return RunResults.read(lock.read(0, LedgerLayout.SIZE), run);
    }

    /** When the supervisor of that run last wrote a heartbeat into the file that {@link #read} read. */
    public Optional<Instant> lastSign(long token) {
        return content.length < LedgerLayout.EXIT
                ? Optional.empty()
                : Heartbeat.newest(Arrays.copyOfRange(content, LedgerLayout.BEAT, LedgerLayout.EXIT))
                        .filter(beat -> beat.token() == token)
                        .map(Heartbeat::beat);
    }

    /**
     * Writes the record that follows {@code record} and forces it to stable storage.
     *
     * @return the record as written
     */
    public LedgerRecord write(LedgerRecord record) throws StorageException {
        LedgerRecord kept = recent.kept(record).next();
        Optional<byte[]> slot = LedgerCodec.encode(kept);
        if (slot.isEmpty()) {
            recent.makeDurable(record);
            kept = recent.kept(record).next();
            slot = LedgerCodec.encode(kept);
        }
        lock.write(LedgerLayout.offset(kept.sequence()), slot.orElseThrow());
        memory.written(job, kept);
        return kept;
    }
}
