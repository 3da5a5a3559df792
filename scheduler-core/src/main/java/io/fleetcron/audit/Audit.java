package io.fleetcron.audit;

import io.fleetcron.audit.DueTimes.Part;
import io.fleetcron.audit.Finding.Kind;
import io.fleetcron.audit.Recorded.Item;
import io.fleetcron.audit.Recorded.OfJob;
import io.fleetcron.audit.Recorded.Row;
import io.fleetcron.audit.Tally.Count;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes every due fire from the definitions in force at its time and compares it with what is on record: whether it
 * was started exactly once, or what happened instead. A pure function of its input.
 */
public final class Audit {

    /** Two hosts may differ by so much in what they take for the fleet's time. */
    private static final Duration CLOCKS = Duration.ofSeconds(1);

    /** New files are on all hosts after this long, or somebody should know that they are not. */
    private static final Duration ROLLOUT = Duration.ofMinutes(15);

    private final AuditInput in;
    private final AuditReport report;
    private final Map<String, Optional<Schedule>> schedules = new HashMap<>();
    private final Timeline fleet;

    private Audit(AuditInput in) {
        this.in = in;
        this.report = new AuditReport(in.since(), in.until());
        this.fleet = Timeline.of(in.journals(), in.lastSigns(), later(in.now(), in.until()));
    }

    /** Audits. */
    public static AuditReport of(AuditInput in) {
        Audit audit = new Audit(in);
        audit.whatIsMissing();
        audit.jobs().stream().filter(in.wanted()).forEach(audit::job);
        return audit.report;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private Set<String> jobs() {
        Set<String> names = new TreeSet<>(in.recorded().jobs());
        for (Timeline.Stretch stretch : fleet.stretches()) {
            if (stretch.from().isBefore(in.until()) && stretch.until().isAfter(in.since())) {
                for (String name : stretch.timetables()) {
                    Timetable timetable = in.timetables().get(name);
                    if (timetable != null) {
                        names.addAll(timetable.jobs().keySet());
                    }
                }
            }
        }
        return names;
    }

    /** What concerns all jobs: the time before the journals begin, timetables that are gone, history that was removed. */
    private void whatIsMissing() {
        in.keptFrom()
                .filter(in.since()::isBefore)
                .ifPresent(from -> unknown("history is kept from " + from + " on: give --since that or later"));
        Set<String> unreadable = new TreeSet<>();
        for (Timeline.Stretch stretch : fleet.stretches()) {
            if (stretch.from().isBefore(in.until()) && stretch.until().isAfter(in.since())) {
                stretch.timetables().stream()
                        .filter(name -> !in.timetables().containsKey(name))
                        .filter(unreadable::add)
                        .forEach(name -> unknown("the definitions in force at " + stretch.from()
                                + " cannot be read: timetables/" + name + " is missing or damaged"));
            }
        }
    }

    private void unknown(String detail) {
        report.found(new Finding(Kind.UNKNOWN, "*", Optional.empty(), detail));
    }

    private Optional<Instant> known() {
        return fleet.stretches().stream().findFirst().map(Timeline.Stretch::from);
    }

    private void job(String job) {
        OfJob recorded = in.recorded().job(job);
        DueTimes ofFleet = DueTimes.of(job, fleet, in.timetables(), false, schedules);
        boolean everywhere = false;
        for (Map.Entry<String, List<InForce>> journal : in.journals().entrySet()) {
            Instant last = in.lastSigns().getOrDefault(journal.getKey(), lastOf(journal.getValue()));
            // What it started after its last sign of life is explained by what it had then.
            Timeline own =
                    Timeline.of(Map.of(journal.getKey(), journal.getValue()), Map.of(), last.plus(Timeline.VALID));
            DueTimes due = DueTimes.of(job, own, in.timetables(), true, schedules);
            if (due.isDefined(in.since(), in.until())) {
                everywhere = true;
                new Place(job, recorded, due, Optional.of(journal.getKey()), last).audit();
            }
        }
        if (!everywhere || ofFleet.isDefined(in.since(), in.until())) {
            new Place(job, recorded, ofFleet, Optional.empty(), in.now()).audit();
        }
    }

    private static Instant lastOf(List<InForce> journal) {
        return journal.stream().map(InForce::until).max(Instant::compareTo).orElse(Instant.EPOCH);
    }

    /** One job of the fleet, or at one instance. */
    private final class Place {
        private final String job;
        private final OfJob recorded;
        private final DueTimes times;
        private final Optional<String> instance;
        private final Instant lastSign;
        private final Tally tally;
        private final Optional<LedgerRecord> ledger;
        private final OfJob.Cursor items;
        private final List<Row> rows;
        private int row;
        private Optional<Row> covering = Optional.empty();
        private boolean early;

        Place(String job, OfJob recorded, DueTimes times, Optional<String> instance, Instant lastSign) {
            this.job = job;
            this.recorded = recorded;
            this.times = times;
            this.instance = instance;
            this.lastSign = lastSign;
            this.tally = report.tally(job);
            this.ledger = instance.isPresent()
                    ? Optional.empty()
                    : Optional.ofNullable(in.ledgers().get(job));
            this.items = recorded.byFire();
            this.rows = recorded.rows().stream()
                    .filter(r -> instance.filter(i -> !i.equals(r.instance())).isEmpty())
                    .toList();
        }

        private boolean isHere(Item item) {
            return instance.filter(name -> !name.equals(item.instance())).isEmpty();
        }

        void audit() {
            times.between(in.since(), in.until(), this::due);
            unexpectedBefore(Instant.MAX);
            overlaps();
            recorded.byHand().stream()
                    .filter(run -> instance.filter(name -> !name.equals(run.instance()))
                            .isEmpty())
                    .filter(run ->
                            !run.started().isBefore(in.since()) && run.started().isBefore(in.until()))
                    .forEach(run -> tally.byHand(run.by()));
        }

        private void due(Instant time, boolean certain, Part part) {
            unexpectedBefore(time);
            List<Item> same = new ArrayList<>();
            for (Item item = items.peek(); item != null && item.fire().equals(time); item = items.peek()) {
                if (isHere(item) && !item.manual()) {
                    same.add(item);
                }
                items.pass();
            }
            Optional<Row> settled = rowOf(time);
            if (instance.isPresent() && time.isAfter(lastSign) && same.isEmpty() && settled.isEmpty()) {
                return; // nobody was there for whom it could be due
            }
            tally.add(Count.DUE);
            List<Item> runs = same.stream().filter(Item::scheduledRun).toList();
            if (!runs.isEmpty()) {
                started(time, runs, part.rerun());
            } else if (!same.isEmpty()) {
                unrun(same.get(0).outcome(), same.get(0).reason());
            } else if (settled.isPresent()) {
                unrun(settled.get().outcome(), settled.get().reason());
            } else {
                open(time, certain, part);
            }
        }

        private Optional<Row> rowOf(Instant time) {
            while (row < rows.size() && !rows.get(row).from().isAfter(time)) {
                Row next = rows.get(row++);
                if (covering.filter(c -> !c.through().isBefore(next.through())).isEmpty()) {
                    covering = Optional.of(next);
                }
            }
            return covering.filter(c -> !c.through().isBefore(time));
        }

        private void unrun(Outcome outcome, String reason) {
            if (outcome == Outcome.MISSED) {
                tally.add(Count.MISSED);
            } else {
                tally.add(Count.SKIPPED);
                tally.leftOut(reason.isEmpty() ? "it came due while the job ran" : reason);
            }
        }

        /** One start, or several of which all but the last were lost and the definition wants that. */
        private void started(Instant time, List<Item> runs, boolean rerun) {
            Item last = runs.get(runs.size() - 1);
            boolean allLost = runs.subList(0, runs.size() - 1).stream().allMatch(run -> run.outcome() == Outcome.LOST);
            if (runs.size() > 1 && !(rerun && allLost)) {
                tally.add(Count.DOUBLED);
                report.found(new Finding(
                        Kind.DOUBLED, job, Optional.of(time), "started " + runs.size() + " times: " + words(runs)));
                return;
            }
            tally.add(last.running() ? Count.RUNNING : Count.STARTED);
            if (runs.size() > 1) {
                tally.add(Count.RERUN);
            }
            if (!last.running()) {
                tally.ended(last.outcome());
            }
        }

        private String words(List<Item> runs) {
            StringBuilder text = new StringBuilder();
            for (Item run : runs) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(run.instance())
                        .append(" with token ")
                        .append(run.token())
                        .append(" at ")
                        .append(run.started())
                        .append(
                                run.running()
                                        ? " (running)"
                                        : " (" + run.outcome().word() + ")");
            }
            return text.toString();
        }

        /** Nothing says how it ended. */
        private void open(Instant time, boolean certain, Part part) {
            boolean settled =
                    ledger.filter(record -> !time.isAfter(record.settled())).isPresent();
            boolean recent = !settled
                    && Duration.between(time, in.now()).compareTo(in.late().apply(job)) <= 0;
            if (part.unknown()) {
                tally.add(Count.UNKNOWN); // the timetable has a finding of its own
            } else if (!certain) {
                changing(time, part);
            } else if (recent || isWaiting(time)) {
                tally.add(Count.WAITING);
            } else if (in.keptFrom().filter(time::isBefore).isPresent()) {
                tally.add(Count.UNKNOWN);
            } else if (instance.isPresent() && lastSign.isBefore(in.now())) {
                unknownFire(time, "due on " + instance.get() + ", which has not been heard of since " + lastSign);
            } else {
                tally.add(Count.UNACCOUNTED);
                report.found(new Finding(Kind.UNACCOUNTED, job, Optional.of(time), why(time)));
            }
        }

        private boolean isWaiting(Instant time) {
            if (instance.isPresent()) {
                return in.busy().getOrDefault(instance.get(), Set.of()).contains(job);
            }
            return ledger.filter(record -> time.isAfter(record.settled()))
                    .flatMap(LedgerRecord::run)
                    .map(CurrentRun::started)
                    .isPresent();
        }

        private void changing(Instant time, Part part) {
            if (!part.agreed() && Duration.between(part.from(), time).compareTo(ROLLOUT) > 0) {
                unknownFire(
                        time, "due by the definitions of some hosts only, which have differed since " + part.from());
            } else {
                tally.add(Count.CHANGING);
            }
        }

        private void unknownFire(Instant time, String detail) {
            tally.add(Count.UNKNOWN);
            report.found(new Finding(Kind.UNKNOWN, job, Optional.of(time), detail));
        }

        private String why(Instant time) {
            String problem = in.problems().get(job);
            if (problem != null) {
                return "the job's ledger cannot be trusted: " + problem;
            }
            if (instance.isPresent()) {
                return "due on " + instance.get() + ", and its history does not have it";
            }
            if (ledger.isEmpty()) {
                return "due, and no host has ever claimed a fire of this job";
            }
            return ledger.get().settled().isBefore(time)
                    ? "due, and no host has settled it; the ledger is settled up to "
                            + ledger.get().settled()
                    : "the ledger has it settled, and no history says how";
        }

        /** Runs of times that were not due. */
        private void unexpectedBefore(Instant time) {
            for (Item item = items.peek(); item != null && item.fire().isBefore(time); item = items.peek()) {
                items.pass();
                boolean counts =
                        !item.fire().isBefore(in.since()) && item.fire().isBefore(in.until());
                if (counts && isHere(item) && item.scheduledRun()) {
                    unexpected(item);
                }
            }
        }

        private void unexpected(Item item) {
            Optional<Part> part = times.at(item.fire());
            if (part.filter(Part::elsewhere).isPresent()) {
                return; // of a job that has moved from one host to each, or back
            }
            if (part.filter(Part::boot).isPresent()
                    || times.after(item.fire()).filter(Part::boot).isPresent()) {
                tally.add(Count.DUE);
                started(item.fire(), List.of(item), false);
            } else if (part.isEmpty()
                    && known().filter(from -> !item.fire().isBefore(from)).isEmpty()) {
                if (!early) {
                    early = true;
                    report.found(new Finding(
                            Kind.UNKNOWN,
                            job,
                            Optional.of(item.fire()),
                            "definitions are on record "
                                    + known().map(from -> "from " + from + " on: give --since that or later")
                                            .orElse("of no host: no agent of this version has run yet")));
                }
                tally.add(Count.UNKNOWN);
            } else {
                unknownFire(
                        item.fire(),
                        "started by " + item.instance() + ", though no definitions on record have it due then");
            }
        }

        /** Runs by their start: each must begin when those before it are over. */
        private void overlaps() {
            OfJob.Cursor runs = recorded.byStart();
            Predicate<Item> counts = item -> isHere(item)
                    && item.ended().isAfter(in.since())
                    && item.started().isBefore(in.until());
            @Nullable Item longest = null;
            for (Item run = runs.peek(); run != null; run = runs.peek()) {
                runs.pass();
                if (!counts.test(run)) {
                    continue;
                }
                if (longest != null
                        && !(longest.token() == run.token()
                                && longest.instance().equals(run.instance()))
                        && run.started().plus(CLOCKS).isBefore(longest.ended())) {
                    tally.add(Count.OVERLAPPING);
                    report.found(new Finding(
                            Kind.OVERLAPPING,
                            job,
                            Optional.of(run.fire()),
                            "begun at " + run.started() + " on " + run.instance() + " (token " + run.token()
                                    + ") while token " + longest.token() + " ran on " + longest.instance()
                                    + (longest.running() ? ", which goes on" : " until " + longest.ended())));
                }
                if (longest == null || longest.ended().isBefore(run.ended())) {
                    longest = run;
                }
            }
        }
    }
}
