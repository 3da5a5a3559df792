package io.fleetcron.doctor;

import com.google.gson.JsonObject;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.FleetConfig.Storage;
import io.fleetcron.config.NameRules;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.json.StrictJson;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Proves that a lock held on one host is refused on another: one holds it, the other probes. The file says who holds
 * it, so that the prober can tell a refusal by another host from one by this host.
 */
public final class TwoHostProof {
    private static final String CHECK = "two_hosts";
    private static final int LENGTH = 512;

    private final FlockDirectory directory;

    /** On the shared directory of this configuration. */
    public TwoHostProof(FleetConfig config) {
        this.directory = new FlockDirectory(config.sharedDir(), config.storage() == Storage.NFS);
    }

    private LockFile file() {
        return directory.file("doctor.lock");
    }

    /**
     * The lock; empty if somebody holds it. It is held until {@link #release} or the end of this process.
     *
     * @param now since when, by this host's wall clock
     */
    public Optional<HeldLock> hold(Instant now) throws IOException {
        Optional<HeldLock> held = file().tryLock();
        if (held.isPresent()) {
            JsonObject json = new JsonObject();
            json.addProperty("host", ThisHost.name());
            json.addProperty("pid", ProcessHandle.current().pid());
            json.addProperty("since", now.toString());
            held.get().write(0, line(json.toString()));
        }
        return held;
    }

    /** Gives the lock back, leaving no holder's name. */
    public static void release(HeldLock held) throws IOException {
        held.write(0, line("{}"));
        held.unlock();
    }

    /** Tries to take the lock, which must fail. */
    public Finding probe() throws IOException {
        try (LockFile file = file()) {
            Optional<HeldLock> got = file.tryLock();
            Optional<Holder> holder = holder(file.read(0, LENGTH));
            if (got.isPresent()) {
                got.get().unlock();
                return granted(holder);
            }
            return holder.map(TwoHostProof::refused)
                    .orElseGet(() -> Finding.warn(CHECK, "refused, but the file does not say by whom"));
        }
    }

    private static Finding granted(Optional<Holder> holder) {
        return Finding.fail(
                CHECK,
                holder.map(h -> "got the lock that " + reported(h)
                                        + ": either that one was killed, or locks do not reach from host to host here")
                                .orElse("got the lock: nobody holds it")
                        + ". Start `fleetcron doctor --hold` on another host and probe again");
    }

    private static Finding refused(Holder holder) {
        boolean here = holder.host.equals(ThisHost.name());
        return here
                ? Finding.warn(
                        CHECK,
                        "refused, because " + reported(holder)
                                + ": that is this host. Probe on another one for a proof")
                : Finding.ok(CHECK, "refused, as it must be, because " + reported(holder));
    }

    private static String reported(Holder holder) {
        return "host " + holder.host + " (process " + holder.pid + ") holds it since " + holder.since;
    }

    /** Who says to hold the lock. */
    private record Holder(String host, long pid, Instant since) {}

    private static Optional<Holder> holder(byte[] bytes) {
        return StrictJson.read(
                new String(bytes, StandardCharsets.UTF_8),
                json -> new Holder(json.name("host", NameRules::hostName), json.count("pid"), json.time("since")));
    }

    private static byte[] line(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] line = Arrays.copyOf(bytes, LENGTH);
        Arrays.fill(line, bytes.length, LENGTH, (byte) ' ');
        line[LENGTH - 1] = '\n';
        return line;
    }
}
