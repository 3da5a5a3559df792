package io.fleetcron.observe;

import io.fleetcron.audit.Audit;
import io.fleetcron.audit.AuditReport;
import io.fleetcron.audit.WhyInput;
import io.fleetcron.control.ControlLine;
import io.fleetcron.control.ControlTable;
import io.fleetcron.fleet.DefinitionHashes;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.storage.PlantedFileException;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads the shared directory as a whole, within a deadline: its file server may hang. Thread-safe. */
public final class FleetReader {

    /** As much as agents read of them. */
    private static final int LARGEST_DEFINITIONS = 1 << 20;

    private final SharedLayout layout;
    private final SharedRoot root;
    private final Deadline deadline;
    private final InstantSource wallClock;

    /**
     * @param sharedDir the shared directory as configured
     * @param wallClock this host's clock, for where the server's is not available
     */
    public FleetReader(Path sharedDir, Deadline deadline, InstantSource wallClock) {
        this.layout = new SharedLayout(sharedDir);
        this.root = new SharedRoot(sharedDir);
        this.deadline = deadline;
        this.wallClock = wallClock;
    }

    /** Who is there, and what every ledger says. */
    public FleetView view() throws SharedDirectoryUnavailable {
        return deadline.ask(() -> {
            requireFleet();
            Optional<Instant> server = ServerClock.read(root, layout.members());
            Instant now = server.orElseGet(wallClock::instant);
            return new FleetView(
                    now,
                    server.isPresent(),
                    new MemberTableFile(root, layout.memberTable()).read(now),
                    new LedgerFiles(root, layout.jobs(), now).readAll(),
                    new ControlFiles(root, layout).table());
        });
    }

    /**
     * All that people have asked of the fleet then or later, in the order in which they did.
     *
     * @param wanted which of it
     */
    public List<ControlLine> controls(Optional<Instant> since, Predicate<ControlLine> wanted)
            throws SharedDirectoryUnavailable {
        return deadline.ask(() -> {
            requireFleet();
            List<ControlLine> lines = new ControlFiles(root, layout).log(since, wanted);
            lines.sort(Comparator.comparing(line -> line.asked().at()));
            return List.copyOf(lines);
        });
    }

    /** What each live instance goes by. */
    public List<HostDefinitions> definitions() throws SharedDirectoryUnavailable {
        return deadline.ask(() -> {
            requireFleet();
            Instant now = ServerClock.read(root, layout.members()).orElseGet(wallClock::instant);
            List<HostDefinitions> all = new ArrayList<>();
            for (SeenInstance seen : new MemberTableFile(root, layout.memberTable()).read(now)) {
                if (seen.alive()) {
                    all.add(new HostDefinitions(seen, hashes(seen.member())));
                }
            }
            return all;
        });
    }

    private Optional<Map<String, String>> hashes(Member member) throws IOException {
        try {
            byte[] text = root.read(layout.definitions(member.instance()), 0, LARGEST_DEFINITIONS);
            return DefinitionHashes.read(new String(text, StandardCharsets.UTF_8), member.definitions());
        } catch (NoSuchFileException | PlantedFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Every settlement that history or a ledger holds, once, by scheduled time.
     *
     * @param since skips what was scheduled earlier, cheaply
     * @param local what this host knows besides
     */
    public List<HistoryLine> history(Optional<Instant> since, List<HistoryLine> local, Predicate<HistoryLine> wanted)
            throws SharedDirectoryUnavailable {
        return deadline.ask(() -> {
            requireFleet();
            // Ledgers first: what leaves them meanwhile stands in history by then.
            List<HistoryLine> lines = new ArrayList<>(local);
            new LedgerFiles(root, layout.jobs()).readAll().values().forEach(ledger -> lines.addAll(ledger.lines()));
            lines.removeIf(wanted.negate());
            lines.addAll(new HistoryFiles(root, layout.history()).read(since, wanted));
            return MergedHistory.of(lines).stream()
                    .filter(line ->
                            !since.map(line.settlement().through()::isBefore).orElse(false))
                    .toList();
        });
    }

    /**
     * Audits the fires scheduled from {@code since} to before {@code until}.
     *
     * @param since given the fleet's time
     * @param until empty for now
     * @param wanted which jobs
     * @param late how long after its scheduled time a job's fire may still be waiting
     * @param local what this host knows besides
     */
    public AuditReport audit(
            Function<Instant, Instant> since,
            Optional<Instant> until,
            Predicate<String> wanted,
            Function<String, Duration> late,
            List<HistoryLine> local)
            throws SharedDirectoryUnavailable {
        FleetView view = view();
        return deadline.ask(step -> {
            AuditFiles files = new AuditFiles(layout, root, view, step);
            Instant from = since.apply(view.now());
            return Audit.of(files.read(from, until.orElse(view.now()), wanted, late, local));
        });
    }

    /**
     * What is known of one fire.
     *
     * @param everywhere whether each host runs the job; empty if the definitions on record are to tell
     * @param late how long after its scheduled time a fire may be started
     * @param leftOut what the definition leaves out
     * @param local what this host knows besides
     */
    public WhyInput why(
            String job,
            Optional<Instant> asked,
            Optional<Boolean> everywhere,
            Duration late,
            LeftOut leftOut,
            List<HistoryLine> local)
            throws SharedDirectoryUnavailable {
        FleetView view = view();
        LeftOut all = asked(view, job).and(leftOut);
        return deadline.ask(
                step -> new AuditFiles(layout, root, view, step).why(job, asked, everywhere, late, all, local));
    }

    /** What people leave out, by what is in force now: a fire to come is decided about when it comes. */
    private static LeftOut asked(FleetView view, String job) {
        return view.controls() instanceof ControlTable.Valid valid
                ? fire -> valid.table().leavesOut(job, fire, fire.isAfter(view.now()) ? fire : view.now())
                : LeftOut.NONE;
    }

    /** A mount point without its mount is an empty folder, and must not look like a fleet without a past. */
    private void requireFleet() throws IOException, SharedDirectoryUnavailable {
        Path real = layout.root().toRealPath();
        if (!root.exists(layout.fleetFile())) {
            throw new SharedDirectoryUnavailable(
                    real + " holds no fleet: no agent has worked there yet, or the shared file"
                            + " system is not mounted there");
        }
    }
}
