package io.fleetcron.observe;

import io.fleetcron.audit.AuditInput;
import io.fleetcron.audit.Journals;
import io.fleetcron.audit.Recorded;
import io.fleetcron.audit.Why;
import io.fleetcron.audit.WhyInput;
import io.fleetcron.audit.WhyInput.Present;
import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.KeptFrom;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.fleet.Unfit;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads what an audit, or a question about one fire, needs: members and ledgers as they were seen before, then journals and history. In this order: what
 * leaves a ledger in the meantime is in history by then. Lines of history are taken one by one and not kept.
 */
final class AuditFiles {

    private static final int KEPT_FROM = 4096;

    private final SharedLayout layout;
    private final SharedRoot root;
    private final FleetView view;
    private final Runnable step;

    /**
     * @param step called whenever something was read
     */
    AuditFiles(SharedLayout layout, SharedRoot root, FleetView view, Runnable step) {
        this.layout = layout;
        this.root = root;
        this.view = view;
        this.step = step;
    }

    AuditInput read(
            Instant since,
            Instant until,
            Predicate<String> wanted,
            Function<String, Duration> late,
            List<HistoryLine> local)
            throws IOException {
        Map<String, List<InForce>> journals = new JournalFiles(layout, root, step).journals(since);
        Map<String, Timetable> timetables = new JournalFiles(layout, root, step).timetables(journals.values());
        Map<String, LedgerRecord> ledgers = new HashMap<>();
        Map<String, String> problems = new HashMap<>();
        Recorded recorded = new Recorded();
        Predicate<HistoryLine> counts = line -> wanted.test(line.job()) && isWithin(line.settlement(), since, until);
        view.ledgers().forEach((job, ledger) -> {
            ledger.record().ifPresent(record -> ledgers.put(job, record));
            ledger.problem().ifPresent(problem -> problems.put(job, problem));
            ledger.lines().stream().filter(counts).forEach(recorded::add);
            ledger.run().filter(run -> wanted.test(job)).ifPresent(run -> recorded.add(job, run));
        });
        local.stream().filter(counts).forEach(recorded::add);
        new HistoryFiles(root, layout.history()).each(Optional.of(since), step, line -> {
            if (counts.test(line)) {
                recorded.add(line);
            }
        });
        Map<String, Instant> lastSigns = new HashMap<>();
        Map<String, Set<String>> busy = new HashMap<>();
        for (SeenInstance seen : view.instances()) {
            String instance = seen.member().instance();
            lastSigns.put(instance, seen.alive() ? view.now() : seen.seen());
            if (seen.alive()) {
                busy.put(instance, seen.member().activity().running().keySet());
            }
        }
        return new AuditInput(
                since,
                until,
                view.now(),
                wanted,
                new Journals(journals, timetables),
                recorded,
                ledgers,
                problems,
                lastSigns,
                busy,
                late,
                keptFrom());
    }

    private Optional<Instant> keptFrom() throws IOException {
        try {
            byte[] bytes = root.read(layout.keptFrom(), 0, KEPT_FROM);
            return KeptFrom.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // nothing was ever removed
        }
    }

    /** What is known of one fire; see {@link FleetReader#why}. */
    WhyInput why(
            String job,
            Optional<Instant> asked,
            Optional<Boolean> everywhere,
            Duration late,
            LeftOut leftOut,
            List<HistoryLine> local)
            throws IOException {
        JournalFiles files = new JournalFiles(layout, root, step);
        Map<String, List<InForce>> journals = files.journals(asked.orElse(view.now()));
        Map<String, Timetable> timetables = files.timetables(journals.values());
        boolean each = everywhere.orElse(timetables.values().stream()
                .anyMatch(timetable -> Optional.ofNullable(timetable.jobs().get(job))
                        .filter(Timetable.Entry::everywhere)
                        .isPresent()));
        Optional<SeenLedger> ledger =
                each ? Optional.empty() : Optional.ofNullable(view.ledgers().get(job));
        WhyInput unrecorded = new WhyInput(
                job,
                asked,
                view.now(),
                each,
                late,
                Optional.empty(),
                new Journals(journals, timetables),
                new Recorded(),
                ledger.flatMap(SeenLedger::record),
                ledger.flatMap(SeenLedger::problem),
                view.instances().stream().map(seen -> present(seen, job)).toList(),
                leftOut);
        Optional<Instant> fire = Why.fire(unrecorded);
        return fire.isPresent() ? unrecorded.with(recorded(job, fire.get(), ledger, local)) : unrecorded;
    }

    private Recorded recorded(String job, Instant fire, Optional<SeenLedger> ledger, List<HistoryLine> local)
            throws IOException {
        Recorded recorded = new Recorded();
        Consumer<HistoryLine> taker = line -> {
            if (line.job().equals(job) && isWithin(line.settlement(), fire, fire.plusMillis(1))) {
                recorded.add(line);
            }
        };
        ledger.ifPresent(seen -> {
            seen.lines().forEach(taker);
            seen.run().ifPresent(run -> recorded.add(job, run));
        });
        local.forEach(taker);
        new HistoryFiles(root, layout.history()).each(Optional.of(fire), step, taker);
        return recorded;
    }

    private static Present present(SeenInstance seen, String job) {
        Unfit unfit = seen.member().unfit();
        return new Present(
                seen.member().instance(),
                seen.alive(),
                seen.member().state(),
                unfit.host().or(() -> Optional.ofNullable(unfit.jobs().get(job))));
    }

    private static boolean isWithin(Settlement it, Instant since, Instant until) {
        boolean due = !it.through().isBefore(since) && it.fire().isBefore(until);
        boolean ran = it.outcome().ran()
                && it.ended().isAfter(since)
                && it.started().filter(until::isAfter).isPresent();
        return due || ran;
    }
}
