package io.fleetcron.ledger;

import io.fleetcron.config.Printable;
import io.fleetcron.fleet.Beside;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.fleet.RunUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The final word on one fire, or on a row of fires that were skipped or missed together. Immutable.
 *
 * @param fire the scheduled time; of a row, the first
 * @param through the last scheduled time of a row; equal to {@code fire} for one fire
 * @param count how many fires
 * @param outcome how it ended
 * @param trigger what asked for it
 * @param instance the instance that ran it, or that settled it if it never ran
 * @param settledBy the instance that settled it, and has to see that it stands in history
 * @param token the fencing token of its claim; of a fire that never ran, the newest token at that time
 * @param execution what its run did
 * @param ended when it was settled (the run's end, where that is known)
 * @param reason why the command was never started, if it was to be, or why the fire was left out; one line, perhaps cut
 * @param unknown what a newer version wrote besides, as JSON by name: it is kept
 */
public record Settlement(
        Instant fire,
        Instant through,
        long count,
        Outcome outcome,
        RunOrigin trigger,
        String instance,
        String settledBy,
        long token,
        Execution execution,
        Instant ended,
        Optional<String> reason,
        Map<String, String> unknown) {

    /**
     * What a run did. Immutable.
     *
     * @param attempts how often the command was started
     * @param started when the run started; empty if it never ran
     * @param exit the last attempt's exit status
     * @param usage what the run used; empty if it never ran or nobody counted
     * @param request who asked for a manual run, where that is known
     */
    public record Execution(
            int attempts,
            Optional<Instant> started,
            OptionalInt exit,
            Optional<RunUsage> usage,
            Optional<ManualRequest> request) {

        /** Of a scheduled run. */
        public Execution(int attempts, Optional<Instant> started, OptionalInt exit, Optional<RunUsage> usage) {
            this(attempts, started, exit, usage, Optional.empty());
        }

        /** Of a fire that never ran. */
        public static final Execution NONE = new Execution(0, Optional.empty(), OptionalInt.empty(), Optional.empty());
    }

    /** Characters of a reason: a ledger has little room. */
    private static final int LONGEST_REASON = 200;

    public Settlement {
        unknown = Map.copyOf(unknown);
    }

    /** A settlement of this version. */
    public Settlement(
            Instant fire,
            Instant through,
            long count,
            Outcome outcome,
            RunOrigin trigger,
            String instance,
            String settledBy,
            long token,
            Execution execution,
            Instant ended) {
        this(
                fire,
                through,
                count,
                outcome,
                trigger,
                instance,
                settledBy,
                token,
                execution,
                ended,
                Optional.empty(),
                Map.of());
    }

    /** How often the command was started. */
    public int attempts() {
        return execution.attempts();
    }

    /** When the run started; empty if it never ran. */
    public Optional<Instant> started() {
        return execution.started();
    }

    /** The last attempt's exit status. */
    public OptionalInt exit() {
        return execution.exit();
    }

    /** What the run used; empty if it never ran or nobody counted. */
    public Optional<RunUsage> usage() {
        return execution.usage();
    }

    /** Who asked for a manual run, where that is known. */
    public Optional<ManualRequest> request() {
        return execution.request();
    }

    /**
     * A fire that never ran.
     *
     * @param settler the instance that settles it, or a process beside its agent, such as {@code web1~4711}
     */
    static Settlement unrun(
            Instant fire, Outcome outcome, Optional<String> reason, String settler, long token, Instant now) {
        return new Settlement(
                fire,
                fire,
                1,
                outcome,
                RunOrigin.SCHEDULE,
                Beside.instanceOf(settler), // of a job of every host, it is that host's fire
                settler,
                token,
                Execution.NONE,
                now,
                reason.map(Settlement::cut),
                Map.of());
    }

    /** The end of a run; without a result nobody knows more than that. */
    static Settlement ofRun(CurrentRun run, Outcome outcome, Optional<RunEnd> end, Instant ended, String settledBy) {
        return new Settlement(
                run.fire(),
                run.fire(),
                1,
                outcome,
                run.trigger(),
                run.instance(),
                settledBy,
                run.token(),
                new Execution(
                        end.map(RunEnd::attempts).orElse(1),
                        Optional.of(run.started()),
                        end.map(RunEnd::exit).orElse(OptionalInt.empty()),
                        end.flatMap(RunEnd::usage),
                        run.request()),
                ended,
                end.flatMap(RunEnd::reason).map(Settlement::cut),
                Map.of());
    }

    private static String cut(String reason) {
        String line = Printable.line(reason);
        return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + " …" : line;
    }

    /** The same settlements with neighbours that never ran, for one reason at one time, joined to rows. */
    public static List<Settlement> rows(List<Settlement> settlements) {
        List<Settlement> rows = new ArrayList<>();
        for (Settlement settlement : settlements) {
            int last = rows.size() - 1;
            if (last >= 0 && rows.get(last).continuedBy(settlement)) {
                rows.set(last, rows.get(last).joinedWith(settlement));
            } else {
                rows.add(settlement);
            }
        }
        return rows;
    }

    /** True if {@code later} continues this row of fires that never ran. */
    boolean continuedBy(Settlement later) {
        return !outcome.ran()
                && outcome == later.outcome
                && reason.equals(later.reason)
                && instance.equals(later.instance)
                && token == later.token
                && unknown.isEmpty()
                && later.unknown.isEmpty()
                && ended.equals(later.ended);
    }

    /** This row and the one that continues it. */
    Settlement joinedWith(Settlement later) {
        return reaching(later.through, count + later.count);
    }

    /** The row that begins with this fire and ends with {@code last}. */
    Settlement reaching(Instant last, long fires) {
        return new Settlement(
                fire, last, fires, outcome, trigger, instance, settledBy, token, execution, ended, reason, unknown);
    }

    /** Which run it was, of that job, if it was one. */
    public RunId run(String job) {
        return new RunId(job, fire, token, instance);
    }
}
