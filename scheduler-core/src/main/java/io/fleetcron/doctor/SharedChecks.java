package io.fleetcron.doctor;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.FleetConfig.Storage;
import io.fleetcron.fleet.Fingerprints;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockFile;
import io.fleetcron.observe.LedgerFiles;
import io.fleetcron.observe.MemberTableFile;
import io.fleetcron.observe.SeenInstance;
import io.fleetcron.observe.SeenLedger;
import io.fleetcron.observe.ServerClock;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The checks that ask the shared directory. Each may block indefinitely on a file server that hangs. */
public final class SharedChecks {

    private static final Duration SKEW = Duration.ofSeconds(1);
    private static final long SPACE = 100L << 20;
    private static final int CROWDED = MemberTable.SLOTS * 7 / 8;

    private final FleetConfig config;
    private final String instance;
    private final InstantSource clock;
    private final SharedLayout layout;
    private final SharedRoot shared;
    private final boolean nfs;

    /**
     * @param instance the id of this host's instance
     * @param clock this host's wall clock
     */
    public SharedChecks(FleetConfig config, String instance, InstantSource clock) {
        this.config = config;
        this.instance = instance;
        this.clock = clock;
        this.layout = new SharedLayout(config.sharedDir());
        this.shared = new SharedRoot(config.sharedDir());
        this.nfs = config.storage() == Storage.NFS;
    }

    /** All of them; the first ones that fail leave out those that need them. */
    public List<Finding> all() {
        List<Finding> found = new ArrayList<>();
        try {
            Path root = layout.root().toRealPath();
            found.addAll(new MountChecks(config, root).all());
            found.add(lock(root));
            found.add(clock(root));
            found.add(space(root));
            if (shared.exists(layout.fleetFile())) {
                found.add(ledgers());
                instances(found);
            } else {
                found.add(Finding.warn(
                        "fleet",
                        "no agent has worked in " + root
                                + " yet. If one has, the shared file system is not mounted here"));
            }
        } catch (IOException e) {
            found.add(
                    Finding.fail(
                            "shared_dir",
                            layout.root() + ": " + e
                                    + ". Mount the shared file system, create the directory, and give the agent's user access"));
        }
        return found;
    }

    /** A lock that is taken is refused to a second open file description, and what is written under it stands. */
    private Finding lock(Path root) {
        String name = ".doctor-" + UUID.randomUUID() + ".lock";
        FlockDirectory directory = new FlockDirectory(root, nfs);
        byte[] text = Arrays.copyOf("doctor".getBytes(StandardCharsets.US_ASCII), 512);
        try (LockFile first = directory.file(name);
                LockFile second = directory.file(name)) {
            Optional<HeldLock> held = first.tryLock();
            if (held.isEmpty()) {
                return Finding.fail(
                        "lock",
                        "a new file of " + root + " is locked already. This file system keeps no"
                                + " proper locks: use NFSv4.1 or a local one");
            }
            if (second.tryLock().isPresent()) {
                return Finding.fail(
                        "lock",
                        "one lock in " + root + " was given out twice. This file system keeps no"
                                + " locks: use NFSv4.1 or a local one");
            }
            held.get().write(0, text);
            boolean stands = Arrays.equals(text, second.read(0, text.length));
            held.get().unlock();
            return stands && second.tryLock().isPresent()
                    ? Finding.ok("lock", "a lock was taken, refused to a second taker, written under, and given back")
                    : Finding.fail(
                            "lock",
                            "what was written under a lock in " + root
                                    + " did not stand, or the lock was not given back");
        } catch (IOException e) {
            return Finding.fail("lock", "cannot lock: " + e.getMessage());
        } finally {
            remove(root.resolve(name));
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit(); // an empty test file; nobody else uses its name
        }
    }

    private Finding clock(Path root) {
        Instant before = clock.instant();
        Optional<Instant> server = ServerClock.read(new SharedRoot(root), root);
        Instant after = clock.instant();
        if (server.isEmpty()) {
            return Finding.fail("clock", root + " cannot be written by this user");
        }
        Instant here = before.plus(Duration.between(before, after).dividedBy(2));
        Duration ahead = Duration.between(server.get(), here);
        String text = "this host's clock differs by " + ahead.toMillis() + " ms from the shared directory's";
        return ahead.abs().compareTo(SKEW) <= 0
                ? Finding.ok("clock", text)
                : Finding.warn(
                        "clock", text + ". Fires follow the latter; let chrony or systemd-timesyncd set this one");
    }

    private static Finding space(Path root) throws IOException {
        long free = Files.getFileStore(root).getUsableSpace();
        return free >= SPACE
                ? Finding.ok("space", (free >> 20) + " MiB free")
                : Finding.warn(
                        "space",
                        (free >> 20) + " MiB free in " + root
                                + ": without room no run can be recorded, so none is started");
    }

    private Finding ledgers() throws IOException {
        List<SeenLedger> all = List.copyOf(new LedgerFiles(
                        shared,
                        layout.jobs(),
                        ServerClock.read(shared, layout.members()).orElseGet(clock::instant))
                .readAll()
                .values());
        List<String> bad = all.stream()
                .flatMap(ledger -> ledger
                        .problem()
                        .map(problem -> layout.jobs().resolve(SharedLayout.lockName(ledger.job())) + ": " + problem)
                        .stream())
                .toList();
        return bad.isEmpty()
                ? Finding.ok("ledgers", all.size() + " read")
                : Finding.fail(
                        "ledgers",
                        String.join("; ", bad) + ". These jobs do not start: find out what wrote there,"
                                + " then stop every agent, move the file away and start them again");
    }

    /** Before an instance finds no place any more. */
    static Optional<Finding> crowded(List<SeenInstance> live) {
        return live.size() < CROWDED
                ? Optional.empty()
                : Optional.of(Finding.warn(
                        "instances",
                        live.size() + " of " + MemberTable.SLOTS
                                + " places for instances are in use, and without one no"
                                + " agent starts. If `fleetcron status` lists hosts that do not exist, find out who writes"
                                + " their lines; else split the fleet over two shared directories"));
    }

    private void instances(List<Finding> found) throws IOException {
        Instant now = ServerClock.read(shared, layout.members()).orElseGet(clock::instant);
        List<SeenInstance> live = new MemberTableFile(shared, layout.memberTable())
                .read(now).stream().filter(SeenInstance::alive).toList();
        Identity self = Identity.here(instance);
        String definitions = Fingerprints.of(config.jobs().values(), clock.instant());
        found.add(
                live.isEmpty()
                        ? Finding.warn("instances", "no agent is alive: nothing runs")
                        : Finding.ok("instances", live.size() + " alive"));
        crowded(live).ifPresent(found::add);
        for (SeenInstance seen : live) {
            String name = seen.member().instance();
            Identity other = seen.member().identity();
            if (self.hasDoubleIn(other)) {
                found.add(Finding.fail(
                        "instances",
                        "instance id " + name + " of this host is in use by another one, named " + other.host()
                                + ". Set `instance` to a name of its own"));
            } else if (nfs && self.hasNamesakeIn(other)) {
                found.add(Finding.fail(
                        "instances",
                        "another host is named " + other.host() + ", too (instance " + name
                                + "). NFS takes hosts of one name for one client: give each a name of its own"));
            }
            if (!seen.member().definitions().equals(definitions)) {
                found.add(
                        Finding.warn(
                                "instances",
                                "instance " + name + " on " + seen.member().host()
                                        + " has other job definitions than this configuration. Give both the same files and reload"));
            }
            if (!seen.member().state().equals("ok")) {
                found.add(Finding.warn(
                        "instances",
                        "instance " + name + " says: " + seen.member().state()));
            }
        }
    }
}
