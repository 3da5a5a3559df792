package io.fleetcron.audit;

import io.fleetcron.audit.DueTimes.Part;
import io.fleetcron.audit.Recorded.Item;
import io.fleetcron.audit.Recorded.OfJob;
import io.fleetcron.audit.Recorded.Row;
import io.fleetcron.audit.WhyInput.Present;
import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a fire ran where it did, or why it did not. A pure function of what is known about it. */
public final class Why {

    /** How far back the newest due time is looked for, and how far ahead the next one. */
    private static final Duration REACH = Duration.ofDays(400);

    private final WhyInput in;
    private final DueTimes times;
    private final OfJob recorded;
    private final List<Reason> reasons = new ArrayList<>();

    /** What kind of answer it is. */
    public enum Kind {
        /** The shared directory cannot be read. */
        SHARE_UNREACHABLE,
        /** What was in force then is not on record. */
        UNKNOWN,
        /** The job was not defined then. */
        NOT_DEFINED,
        /** It was not a scheduled time. */
        NOT_DUE,
        /** It is a scheduled time that has not come yet. */
        NOT_YET,
        /** It was started. */
        RAN,
        /** It is running. */
        RUNNING,
        /** It was left out on purpose. */
        LEFT_OUT,
        /** The job was still running. */
        OVERLAP,
        /** As many jobs of its group ran as may run at once. */
        GROUP_FULL,
        /** Nobody started it in time. */
        MISSED,
        /** No instance was or is there to start it. */
        NO_INSTANCE,
        /** No instance that is there can run it. */
        UNFIT,
        /** The job's ledger cannot be trusted, and nothing starts. */
        LEDGER,
        /** Hosts have different definitions. */
        DIFFERENT,
        /** It may still be started. */
        WAITING,
        /** Nothing on record says what became of it. */
        UNACCOUNTED;

        /** As it is printed. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One reason.
     *
     * @param text a sentence without a full stop
     */
    public record Reason(Kind kind, String text) {}

    /**
     * The answer.
     *
     * @param fire the scheduled time that it is about; empty if none was ever due
     * @param reasons the first is the answer, the others add to it
     */
    public record Answer(String job, Optional<Instant> fire, List<Reason> reasons) {}

    private Why(WhyInput in) {
        this.in = in;
        this.times = DueTimes.of(
                in.job(),
                Timeline.of(in.journals(), Map.of(), in.now().plus(REACH)),
                in.timetables(),
                in.everywhere(),
                new HashMap<>());
        this.recorded = in.recorded().job(in.job());
    }

    /** Which fire is asked about: what is recorded of it decides nothing about that. */
    public static Optional<Instant> fire(WhyInput in) {
        return in.asked().or(() -> new Why(in).newestDue(in.now()));
    }

    /** Answers. */
    public static Answer answer(WhyInput in) {
        Why why = new Why(in);
        Optional<Instant> fire = fire(in);
        if (in.unreachable().isPresent()) {
            why.say(
                    Kind.SHARE_UNREACHABLE,
                    "the shared directory does not answer: " + in.unreachable().get()
                            + ". No host that sees it so starts jobs of the fleet");
        } else if (fire.isEmpty()) {
            why.nothingDue();
        } else {
            why.about(fire.get());
        }
        return new Answer(in.job(), fire, List.copyOf(why.reasons));
    }

    private void say(Kind kind, String text) {
        reasons.add(new Reason(kind, text));
    }

    private void nothingDue() {
        boolean known = !in.journals().isEmpty();
        say(
                known ? Kind.NOT_DEFINED : Kind.UNKNOWN,
                known
                        ? "no fire of it has come due by the definitions on record"
                        : "no definitions are on record: no agent of this version has run yet");
        next(in.now());
    }

    private void about(Instant fire) {
        Map<Boolean, List<Item>> all = items(fire).stream().collect(Collectors.partitioningBy(Item::manual));
        List<Item> items = all.getOrDefault(false, List.of());
        List<Item> byHand = all.getOrDefault(true, List.of());
        scheduled(fire, items, byHand.isEmpty());
        byHand.forEach(this::ran);
    }

    /** What became of it by itself; nothing if that is not a scheduled time, but a person ran the job then. */
    private void scheduled(Instant fire, List<Item> items, boolean alone) {
        Optional<Row> row = recorded.rows().stream()
                .filter(r -> !fire.isBefore(r.from()) && !fire.isAfter(r.through()))
                .findFirst();
        List<Item> ran = items.stream().filter(item -> item.outcome().ran()).toList();
        if (!ran.isEmpty()) {
            ran.forEach(this::ran);
        } else if (!isDue(fire) && row.isEmpty() && items.isEmpty()) {
            if (alone) {
                notDue(fire);
            }
        } else if (fire.isAfter(in.now())) {
            say(Kind.NOT_YET, "it is due in " + words(Duration.between(in.now(), fire)));
            in.leftOut().reason(fire).ifPresent(reason -> say(Kind.LEFT_OUT, "it will be left out: " + reason));
            presence();
        } else if (!items.isEmpty()) {
            unrun(fire, items.get(0).outcome(), items.get(0).reason());
        } else if (row.isPresent()) {
            unrun(fire, row.get().outcome(), row.get().reason());
        } else {
            open(fire);
        }
    }

    /** Those of one scheduled time, also of runs by hand, whose time is when they were asked for unless they repeat a fire. */
    private List<Item> items(Instant fire) {
        List<Item> found = new ArrayList<>();
        OfJob.Cursor all = recorded.byFire();
        for (Item item = all.peek(); item != null; item = all.peek()) {
            all.pass();
            if (item.fire().toEpochMilli() == fire.toEpochMilli()) {
                found.add(item);
            }
        }
        return found;
    }

    private void ran(Item run) {
        String where = (run.outcome() == Outcome.SHADOWED
                        ? "a shadow recorded it, and started nothing, at "
                        : "it was started at ")
                + run.started() + " by " + run.instance() + " with token " + run.token();
        Duration late = Duration.between(run.fire(), run.started());
        String how = run.manual()
                ? ", because " + recorded.asker(run) + " asked for it by hand"
                : in.everywhere() ? ", as on every host" : ", which was the first to get the job's lock";
        String delay = !run.manual() && late.compareTo(Duration.ofSeconds(5)) > 0 ? ", " + words(late) + " late" : "";
        if (run.running()) {
            say(Kind.RUNNING, where + how + delay + ", and runs");
            return;
        }
        say(
                Kind.RAN,
                where + how + delay + "; it ended at " + run.ended() + ": "
                        + run.outcome().word());
        if (run.outcome() == Outcome.LOST) {
            say(Kind.RAN, "its host died, or was cut off from the shared directory, before the end was recorded");
        }
        before(run.fire(), run.started())
                .ifPresent(other -> say(
                        Kind.OVERLAP,
                        "the run before it, token " + other.token() + " on " + other.instance() + ", ended at "
                                + other.ended()));
    }

    /** What ran at the scheduled time and had ended when this was started. */
    private Optional<Item> before(Instant fire, Instant started) {
        return during(fire).filter(run -> !run.running() && !run.ended().isAfter(started.plusSeconds(1)));
    }

    /** The run of another fire that was going on at that time. */
    private Optional<Item> during(Instant time) {
        Optional<Item> found = Optional.empty();
        OfJob.Cursor all = recorded.byStart();
        for (Item item = all.peek(); item != null && !item.started().isAfter(time); item = all.peek()) {
            all.pass();
            if (item.ended().isAfter(time) && item.fire().toEpochMilli() != time.toEpochMilli()) {
                found = Optional.of(item);
            }
        }
        return found;
    }

    private void unrun(Instant fire, Outcome outcome, String reason) {
        if (!reason.isEmpty()) {
            Kind kind = Waiting.explains(reason) ? Kind.GROUP_FULL : Kind.LEFT_OUT;
            say(
                    outcome == Outcome.MISSED && kind == Kind.LEFT_OUT ? Kind.MISSED : kind,
                    "it was not started: " + reason);
            return;
        }
        if (outcome != Outcome.MISSED) {
            say(
                    Kind.OVERLAP,
                    "it was not started because the job was still running"
                            + during(fire)
                                    .map(run -> ": token " + run.token() + " on " + run.instance() + ", begun at "
                                            + run.started())
                                    .orElse(""));
            return;
        }
        say(
                Kind.MISSED,
                "no host started it while it could be started, which is within " + words(in.late())
                        + " of its scheduled time");
        if (upAt(fire).isEmpty()) {
            say(Kind.NO_INSTANCE, "no instance has it on record that it was up then");
        } else {
            say(
                    Kind.MISSED,
                    "on record as up then: " + String.join(", ", upAt(fire))
                            + ". Their logs say what kept them from it (the shared directory, the job's lock, a host"
                            + " that was suspended)");
        }
        during(fire)
                .ifPresent(run ->
                        say(Kind.OVERLAP, "token " + run.token() + " ran on " + run.instance() + " at that time"));
        different(fire);
    }

    private List<String> upAt(Instant time) {
        return in.journals().entrySet().stream()
                .filter(journal -> journal.getValue().stream().anyMatch(life -> covers(life, time)))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean covers(InForce life, Instant time) {
        return !time.isBefore(life.since()) && !time.isAfter(life.until());
    }

    private void notDue(Instant fire) {
        Optional<Part> part = times.at(fire);
        if (part.isEmpty() || part.get().unknown()) {
            say(Kind.UNKNOWN, "the definitions in force then are not on record");
        } else if (part.get().schedules().isEmpty() && !part.get().elsewhere()) {
            say(Kind.NOT_DEFINED, "the job was not defined, or disabled, at that time");
        } else {
            say(Kind.NOT_DUE, "that is not a scheduled time of the job, by the definitions in force then");
        }
        newestDue(fire).ifPresent(time -> say(Kind.NOT_DUE, "the scheduled time before it is " + time));
        next(fire);
    }

    private void next(Instant after) {
        nextDue(after).ifPresent(time -> say(Kind.NOT_DUE, "the next scheduled time is " + time));
    }

    private void open(Instant fire) {
        Duration age = Duration.between(fire, in.now());
        boolean settled =
                in.ledger().filter(record -> !fire.isAfter(record.settled())).isPresent();
        Optional<CurrentRun> run = in.ledger().flatMap(LedgerRecord::run);
        if (in.problem().isPresent()) {
            say(
                    Kind.LEDGER,
                    "the job's ledger cannot be trusted, and nothing starts until it is mended: "
                            + in.problem().get());
        } else if (settled) {
            say(Kind.UNACCOUNTED, "the ledger has it settled, and no history says how");
        } else if (in.leftOut().reason(fire).isPresent()) {
            say(Kind.LEFT_OUT, "it is left out: " + in.leftOut().reason(fire).get());
        } else if (run.isPresent()) {
            say(
                    Kind.OVERLAP,
                    "the job is still running: token " + run.get().token() + " on "
                            + run.get().instance() + ", begun at " + run.get().started()
                            + ". What becomes of it is decided when that has ended");
        } else if (waiting(fire).isPresent()) {
            Waiting waiting = waiting(fire).get();
            say(
                    Kind.GROUP_FULL,
                    "as many jobs of group " + waiting.group()
                            + " run as may run at once: the job has waited for a slot"
                            + " since " + waiting.since() + ", and this fire may be started until "
                            + fire.plus(in.late()));
        } else if (age.compareTo(in.late()) <= 0) {
            say(Kind.WAITING, "it has not been started yet, and may be until " + fire.plus(in.late()));
        } else {
            say(Kind.UNACCOUNTED, "no host has started or settled it, though the time for that is over");
        }
        different(fire);
        presence();
    }

    private Optional<Waiting> waiting(Instant fire) {
        return in.ledger()
                .flatMap(LedgerRecord::stillWaiting)
                .filter(waiting -> waiting.fire().toEpochMilli() == fire.toEpochMilli());
    }

    private void different(Instant fire) {
        times.at(fire)
                .filter(part -> !part.agreed())
                .ifPresent(part ->
                        say(Kind.DIFFERENT, "hosts had different definitions of the job from " + part.from() + " on"));
    }

    /** Who could start something now. */
    private void presence() {
        List<Present> alive = in.instances().stream().filter(Present::alive).toList();
        if (alive.isEmpty()) {
            say(Kind.NO_INSTANCE, "no instance is alive");
            return;
        }
        List<Present> unfit =
                alive.stream().filter(it -> it.unfit().isPresent()).toList();
        if (unfit.size() == alive.size()) {
            say(Kind.UNFIT, "none of the instances that are alive can run it");
        }
        unfit.forEach(it ->
                say(Kind.UNFIT, it.instance() + " cannot run it: " + it.unfit().orElse("")));
        alive.stream()
                .filter(it -> it.unfit().isEmpty() && !it.state().equals("ok"))
                .forEach(it -> say(Kind.WAITING, it.instance() + " reports: " + it.state()));
    }

    private boolean isDue(Instant time) {
        boolean[] found = new boolean[1];
        times.between(time, time.plusNanos(1), (due, certain, part) -> found[0] = true);
        return found[0];
    }

    /** The newest due time up to {@code time}, found in spans that grow: a job may fire each second or once a year. */
    private Optional<Instant> newestDue(Instant time) {
        for (Duration span = Duration.ofMinutes(10); ; span = span.multipliedBy(8)) {
            Instant[] newest = {Instant.MIN};
            Instant from = time.minus(span);
            times.between(from, time.plusNanos(1), (due, certain, part) -> newest[0] = due);
            if (newest[0].isAfter(Instant.MIN)) {
                return Optional.of(newest[0]);
            }
            if (span.compareTo(REACH) > 0) {
                return Optional.empty();
            }
        }
    }

    private Optional<Instant> nextDue(Instant time) {
        Part part = times.at(time.isBefore(in.now()) ? time : in.now()).orElse(null);
        if (part == null) {
            return Optional.empty();
        }
        return part.schedules().stream()
                .flatMap(schedule -> schedule.next(time).stream())
                .min(Instant::compareTo);
    }

    private static String words(Duration time) {
        if (time.toHours() >= 48) {
            return time.toDays() + " days";
        }
        return time.toMinutes() >= 120
                ? time.toHours() + " h"
                : time.toSeconds() >= 120 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }
}
