package io.fleetcron.observe;

import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.json.StrictJson;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.run.ExitRecord;
import io.fleetcron.run.Heartbeat;
import io.fleetcron.storage.PlantedFileException;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The lock files of one folder, read without their locks: opening a file asks an NFS server for its newest state. */
public final class LedgerFiles {
    /** A read may meet a write in progress; the next one does not meet the same. */
    private static final int TRIES = 3;

    private final SharedRoot root;
    private final Path folder;
    private final Instant now;

    /**
     * Ledgers that are believed whatever time it is.
     *
     * @param root the directory that other hosts write
     * @param folder where the lock files are, below it
     */
    public LedgerFiles(SharedRoot root, Path folder) {
        this(root, folder, StrictJson.LATEST);
    }

    /**
     * @param root the directory that other hosts write
     * @param folder where the lock files are, below it
     * @param now the fleet's time, as far as the reader knows it: nothing later is believed
     */
    public LedgerFiles(SharedRoot root, Path folder, Instant now) {
        this.root = root;
        this.folder = folder;
        this.now = now;
    }

    /** Every ledger there is, by job. */
    public Map<String, SeenLedger> readAll() throws IOException {
        Map<String, SeenLedger> all = new LinkedHashMap<>();
        for (String name : DirectoryListing.names(root, folder)) {
            Optional<String> job = SharedLayout.jobOf(name);
            if (job.isPresent()) {
                read(job.get()).ifPresent(ledger -> all.put(job.get(), ledger));
            }
        }
        return all;
    }

    /** One job's ledger; empty if it was never claimed. */
    public Optional<SeenLedger> read(String job) throws IOException {
        Optional<SeenLedger> seen = readOnce(job);
        for (int i = 1; i < TRIES && seen.flatMap(SeenLedger::problem).isPresent(); i++) {
            seen = readOnce(job);
        }
        return seen;
    }

    private Optional<SeenLedger> readOnce(String job) throws IOException {
        byte[] bytes;
        try {
            bytes = root.read(folder.resolve(SharedLayout.lockName(job)), 0, LedgerLayout.SIZE);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (PlantedFileException e) {
            LedgerState corrupt = new LedgerState.Corrupt(String.valueOf(e.getMessage()));
            return Optional.of(new SeenLedger(job, corrupt, Optional.empty(), Optional.empty()));
        }
        LedgerState decoded = LedgerCodec.decode(job, bytes, now);
        return Optional.of(new SeenLedger(
                job,
                decoded,
                Heartbeat.newest(part(bytes, LedgerLayout.BEAT, LedgerLayout.EXIT))
                        .filter(beat -> StrictJson.inRange(beat.beat())),
                ExitRecord.parse(part(bytes, LedgerLayout.EXIT, LedgerLayout.SIZE))
                        .filter(exit -> StrictJson.inRange(exit.end().ended()))));
    }

    private static byte[] part(byte[] bytes, int from, int to) {
        return from >= bytes.length ? new byte[0] : Arrays.copyOfRange(bytes, from, Math.min(to, bytes.length));
    }
}
