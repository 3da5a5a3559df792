package io.fleetcron.look;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.ledger.CorruptLedgerException;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Owed;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.look.LookEvent.Adopting;
import io.fleetcron.look.LookEvent.Begin;
import io.fleetcron.look.LookEvent.Declined;
import io.fleetcron.look.LookEvent.Due;
import io.fleetcron.look.LookEvent.FleetView;
import io.fleetcron.look.LookEvent.Looked;
import io.fleetcron.look.LookEvent.Requested;
import io.fleetcron.look.LookEvent.Retired;
import io.fleetcron.look.LookEvent.Returned;
import io.fleetcron.look.LookEvent.RunBegan;
import io.fleetcron.look.LookEvent.RunEnded;
import io.fleetcron.look.LookEvent.Turn;
import io.fleetcron.look.LookEvent.Waited;
import io.fleetcron.look.LookPlan.Action;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * When an instance next tries a job's lock: a row for each rule of the design's steps 2, 3 and 6, in which it is 12:00:05
 * and the fire of 12:00:00 is the newest one. The jitter gives half of what it is asked for, so that waits are exact.
 */
class LookPlanTest {

    private static final Instant FIRE = Instant.parse("2026-11-28T12:00:00Z");
    private static final Instant BEFORE = FIRE.minusSeconds(60);
    private static final Instant NOW = FIRE.plusSeconds(5);
    private static final StandAside ASIDE = new StandAside(NOW.minusSeconds(2), BEFORE);
    private static final CurrentRun RUN =
            new CurrentRun(FIRE, 7, RunOrigin.SCHEDULE, "b", "host-b", 4711, FIRE.plusMillis(3), 0);

    /** Starts from what is written, to which each row adds what it is about. */
    private record Row(String rule, LookState state, LookEvent event, Action action, LookState after) {
        @Override
        public String toString() {
            return rule;
        }
    }

    private static final List<String> LIVE = List.of("a", "b", "c", "d", "e");

    private static final LookState IDLE = new Changed(LookState.FIRST)
            .begun(true)
            .accounted(BEFORE)
            .wanted(BEFORE)
            .looked(BEFORE)
            .planned(BEFORE)
            .state();
    private static final LookState OPEN =
            new Changed(IDLE).wanted(FIRE).planned(FIRE).state();
    private static final LookState PLANNED =
            new Changed(IDLE).wanted(NOW).planned(NOW).state();
    private static final LookState LOOKING =
            new Changed(OPEN).looked(FIRE).looking(true).state();
    private static final LookState WATCHING =
            new Changed(OPEN).looked(FIRE).accounted(FIRE).watched(RUN).tries(2).state();

    static List<Row> rows() {
        return List.of(
                // Step 1: what is known to be settled or started costs nothing.
                row(
                        "a fire that is accounted for: nothing",
                        accounted(IDLE, FIRE),
                        due(0),
                        none(),
                        accounted(IDLE, FIRE)),
                row("a fire that is wanted already: nothing", OPEN, due(0), none(), OPEN),
                row("a fire of a retired job: nothing", retired(IDLE), due(0), none(), retired(IDLE)),
                row(
                        "a fire that timing hands over early is handed over again when it is due",
                        IDLE,
                        new Due(NOW.plusMillis(20), turn(0), false, NOW),
                        new Action.Repeat(NOW.plusMillis(20), Duration.ofMillis(21)),
                        IDLE),

                // A run that a person asks for goes besides, and is asked for again with each beat.
                row(
                        "a run that is asked for here is tried at once",
                        IDLE,
                        new Requested(NOW, 0),
                        new Action.RunRequested(),
                        new Changed(IDLE).looking(true).state()),
                row(
                        "one that any may run waits for its turn",
                        IDLE,
                        new Requested(NOW.minusMillis(9_999), 1),
                        none(),
                        IDLE),
                row(
                        "which comes when the instance before had time to read of it",
                        IDLE,
                        new Requested(NOW.minusSeconds(10), 1),
                        new Action.RunRequested(),
                        new Changed(IDLE).looking(true).state()),
                row(
                        "all further ones have theirs together",
                        IDLE,
                        new Requested(NOW.minusSeconds(30), 99),
                        new Action.RunRequested(),
                        new Changed(IDLE).looking(true).state()),
                row("not while a try is under way", LOOKING, new Requested(NOW, 0), none(), LOOKING),
                row("nor without a definition", retired(IDLE), new Requested(NOW, 0), none(), retired(IDLE)),
                row(
                        "it says nothing of those before this instance at a fire",
                        new Changed(PLANNED)
                                .ahead(LIVE.subList(0, 3))
                                .waiting(true)
                                .state(),
                        new Requested(NOW, 0),
                        new Action.RunRequested(),
                        new Changed(PLANNED)
                                .looked(NOW)
                                .looking(true)
                                .waiting(true)
                                .state()),
                row(
                        "one that could not begin changes nothing of what is waited for",
                        new Changed(aside(OPEN, ASIDE))
                                .looking(true)
                                .waiting(true)
                                .state(),
                        new Declined(),
                        none(),
                        new Changed(aside(OPEN, ASIDE)).waiting(true).state()),
                row(
                        "nor of a wait that was over in the meantime",
                        new Changed(aside(OPEN, ASIDE)).looking(true).state(),
                        new Declined(),
                        pause(100),
                        aside(OPEN, ASIDE)),

                // Step 2: in turn.
                row("rank 0 tries at once, without reading first", IDLE, due(0), pause(0), peek(OPEN, false)),
                row("rank 1 waits one step, and reads first", IDLE, dueNow(1), pause(400), PLANNED),
                row("rank 2 waits two steps", IDLE, dueNow(2), pause(800), PLANNED),
                row(
                        "all others wait for what the member table shows",
                        IDLE,
                        dueNow(3),
                        pause(16_000),
                        new Changed(PLANNED).ahead(LIVE.subList(0, 3)).state()),
                row("what has passed since the fire is no wait any more", IDLE, due(2), pause(0), OPEN),
                row("a new fire ends a row of retries", tries(IDLE, 9), dueNow(1), pause(400), PLANNED),
                row(
                        "a far turn at an earlier fire that is open is not put off by a newer one",
                        new Changed(OPEN).waiting(true).state(),
                        dueNow(3),
                        none(),
                        new Changed(OPEN).wanted(NOW).state()),
                row(
                        "a turn that was an earlier fire's, which others settled, is planned again",
                        new Changed(OPEN).planned(BEFORE).state(),
                        waited(new FleetView(false, false, Optional.empty(), false, turn(0), turn(3))),
                        pause(11_000),
                        new Changed(OPEN).ahead(LIVE.subList(0, 3)).state()),
                row(
                        "those that let a fire pass which this instance starts come last from then on",
                        new Changed(LOOKING).ahead(List.of("a", "b", "gone")).state(),
                        new RunBegan(FIRE, false, LIVE),
                        none(),
                        new Changed(running(LOOKING)).idle(Set.of("a", "b")).state()),
                row(
                        "but not for an earlier fire",
                        new Changed(LOOKING).ahead(List.of("a", "b")).state(),
                        new RunBegan(BEFORE, false, LIVE),
                        none(),
                        new Changed(LOOKING).running(BEFORE).state()),
                row(
                        "until one of them is seen to serve the job",
                        new Changed(LOOKING).idle(Set.of("a", "b")).state(),
                        elsewhere(record(BEFORE).running(RUN)),
                        pause(3_000),
                        new Changed(watched(tries(accounted(found(LOOKING), FIRE), 1)))
                                .idle(Set.of("a"))
                                .state()),
                row(
                        "or is not alive any more",
                        new Changed(IDLE).idle(Set.of("a", "gone")).state(),
                        new Begin(turn(2)),
                        pause(2_500),
                        new Changed(begun(IDLE, false)).idle(Set.of("a")).state()),
                row(
                        "when its turn has come, it tries",
                        peek(OPEN, false),
                        waited(NOTHING_SEEN),
                        attempt(FIRE, false),
                        peek(LOOKING, false)),
                row("a far one reads first", OPEN, waited(NOTHING_SEEN), attempt(FIRE, true), LOOKING),
                row(
                        "what stood aside still does",
                        aside(OPEN, ASIDE),
                        waited(NOTHING_SEEN),
                        new Action.Try(FIRE, true, ASIDE),
                        aside(LOOKING, ASIDE)),
                row(
                        "no try if the others have settled the fire",
                        aside(OPEN, ASIDE),
                        waited(settled(FIRE)),
                        none(),
                        accounted(OPEN, FIRE)),
                row(
                        "what is settled in the future is not believed",
                        OPEN,
                        waited(settled(NOW.plusSeconds(1))),
                        attempt(FIRE, true),
                        LOOKING),
                row(
                        "a try all the same if the ledger was not read since the schedule changed",
                        begun(OPEN, false),
                        waited(settled(FIRE)),
                        attempt(FIRE, true),
                        accounted(begun(LOOKING, false), FIRE)),
                row(
                        "what says nothing of turns is tried whatever is settled",
                        accounted(OPEN, FIRE),
                        new Waited(Optional.empty()),
                        attempt(FIRE, true),
                        accounted(LOOKING, FIRE)),
                row(
                        "what a far one hears to be running is left alone",
                        OPEN,
                        waited(stillRuns(3)),
                        pause(16_000),
                        new Changed(OPEN).waiting(true).state()),
                row(
                        "a near one does not rely on what it hears: that may be older than the fire",
                        OPEN,
                        waited(stillRuns(2)),
                        attempt(FIRE, true),
                        begun(LOOKING, true)),
                row(
                        "nor does one that has yet to read the ledger",
                        begun(OPEN, false),
                        waited(stillRuns(3)),
                        attempt(FIRE, true),
                        begun(LOOKING, false)),
                row("one try at a time", LOOKING, waited(NOTHING_SEEN), none(), LOOKING),
                row(
                        "a fire that comes due during a try waits for its result",
                        new Changed(LOOKING).wanted(BEFORE).state(),
                        due(0),
                        none(),
                        LOOKING),

                // Definitions that differ, are gone, are back.
                row(
                        "a minority's definition is held",
                        OPEN,
                        waited(new FleetView(true, true, Optional.empty(), false, turn(0), turn(0))),
                        pause(5_000),
                        OPEN),
                row(
                        "a retired job that another host still has is left to it",
                        retired(OPEN),
                        waited(new FleetView(false, true, Optional.of(FIRE), false, turn(0), turn(0))),
                        pause(5_000),
                        retired(OPEN)),
                row(
                        "a retired job that no other host has is settled here",
                        retired(OPEN),
                        waited(new FleetView(true, false, Optional.of(FIRE), false, turn(0), turn(0))),
                        attempt(FIRE, true),
                        accounted(retired(LOOKING), FIRE)),
                row(
                        "a definition that goes: the ledger is to say so, soon",
                        OPEN,
                        new Retired(true),
                        pause(500),
                        begun(retired(OPEN), false)),
                row(
                        "one that went while no agent ran has time",
                        OPEN,
                        new Retired(false),
                        pause(15_000),
                        begun(retired(OPEN), false)),
                row(
                        "one that goes during a try waits for its result",
                        LOOKING,
                        new Retired(true),
                        none(),
                        begun(retired(LOOKING), false)),
                row(
                        "a definition that is back begins again",
                        retired(IDLE),
                        new Returned(turn(1)),
                        pause(1_500),
                        begun(IDLE, false)),
                row(
                        "a start, a changed schedule, a clock that jumped: the ledger is read",
                        IDLE,
                        new Begin(turn(2)),
                        pause(2_500),
                        begun(IDLE, false)),
                row(
                        "nothing more to do for a job that is gone",
                        retired(LOOKING),
                        idle(record(FIRE).retired()),
                        new Action.Close(),
                        closed(retired(found(LOOKING)))),
                row(
                        "nor if another one has settled it",
                        retired(LOOKING),
                        elsewhere(record(FIRE).retired()),
                        new Action.Close(),
                        closed(retired(found(LOOKING)))),
                row(
                        "nor if nobody can read its ledger",
                        retired(LOOKING),
                        corrupt(),
                        new Action.Close(),
                        closed(retired(found(LOOKING)))),
                row(
                        "what is closed does nothing",
                        closed(retired(IDLE)),
                        waited(NOTHING_SEEN),
                        none(),
                        closed(retired(IDLE))),
                row(
                        "nor is it run by hand",
                        closed(retired(IDLE)),
                        new Requested(FIRE, 0),
                        none(),
                        closed(retired(IDLE))),
                row("nor is it due", closed(retired(IDLE)), due(0), none(), closed(retired(IDLE))),
                row(
                        "a retired job whose ledger does not say so is settled again",
                        retired(LOOKING),
                        idle(record(FIRE)),
                        pause(500),
                        accounted(retired(found(LOOKING)), FIRE)),

                // Step 3, denied: again until the fire is started or settled.
                row(
                        "denied, and the fire is open: soon",
                        LOOKING,
                        elsewhere(record(BEFORE)),
                        pause(100),
                        tries(found(LOOKING), 1)),
                row(
                        "denied again: later each time",
                        tries(LOOKING, 3),
                        elsewhere(record(BEFORE)),
                        pause(800),
                        tries(found(LOOKING), 4)),
                row(
                        "but never later than that",
                        tries(LOOKING, 60),
                        elsewhere(record(BEFORE)),
                        pause(5_000),
                        tries(found(LOOKING), 61)),
                row(
                        "denied, and nothing could be read",
                        LOOKING,
                        new Looked(new LockAttempt.Elsewhere(Optional.empty())),
                        pause(100),
                        tries(found(LOOKING), 1)),
                row(
                        "denied, and something is owed",
                        LOOKING,
                        elsewhere(record(FIRE).owing(FIRE)),
                        pause(100),
                        tries(accounted(found(LOOKING), FIRE), 1)),
                row(
                        "what is owed under a lock that was granted waits for what keeps this instance from it",
                        tries(LOOKING, 5),
                        idle(record(FIRE).owing(FIRE)),
                        none(),
                        accounted(found(LOOKING), FIRE)),
                row(
                        "denied, but the fire is settled: done",
                        tries(LOOKING, 5),
                        elsewhere(record(FIRE)),
                        none(),
                        accounted(found(LOOKING), FIRE)),
                row(
                        "denied, and it runs elsewhere: a slow watch",
                        LOOKING,
                        elsewhere(record(BEFORE).running(RUN)),
                        pause(3_000),
                        watched(tries(accounted(found(LOOKING), FIRE), 1))),
                row(
                        "a watch that grows slower",
                        tries(LOOKING, 9),
                        elsewhere(record(BEFORE).running(RUN)),
                        pause(20_000),
                        watched(tries(accounted(found(LOOKING), FIRE), 10))),
                row(
                        "the member table shows that it is still in progress: no try",
                        aside(WATCHING, ASIDE),
                        waited(stillRuns(0)),
                        pause(5_000),
                        tries(WATCHING, 0)),
                row(
                        "far ones notice its death last",
                        WATCHING,
                        waited(stillRuns(4)),
                        pause(17_000),
                        tries(WATCHING, 0)),
                row(
                        "the member table does not show it any more: a try",
                        WATCHING,
                        waited(NOTHING_SEEN),
                        attempt(FIRE, true),
                        new Changed(WATCHING).looking(true).state()),
                row(
                        "each fire gets one try, whatever the member table shows of an older run",
                        new Changed(WATCHING).wanted(FIRE.plusSeconds(4)).state(),
                        waited(stillRuns(0)),
                        attempt(FIRE.plusSeconds(4), true),
                        new Changed(WATCHING)
                                .wanted(FIRE.plusSeconds(4))
                                .looked(FIRE.plusSeconds(4))
                                .looking(true)
                                .state()),

                // Step 3, errors: fail closed, again.
                row("storage fails: soon", LOOKING, failed(), pause(500), tries(found(LOOKING), 1)),
                row(
                        "storage fails on: less often",
                        tries(LOOKING, 30),
                        failed(),
                        pause(10_000),
                        tries(found(LOOKING), 31)),
                row(
                        "a try that failed read no ledger",
                        begun(LOOKING, false),
                        failed(),
                        pause(500),
                        tries(begun(found(LOOKING), false), 1)),
                row(
                        "a ledger that a person must settle",
                        tries(LOOKING, 2),
                        corrupt(),
                        pause(30_000),
                        tries(found(LOOKING), 2)),
                row(
                        "the clocks contradict each other",
                        LOOKING,
                        new Looked(new LockAttempt.Held("clock")),
                        pause(500),
                        tries(found(LOOKING), 1)),
                row(
                        "this instance runs as many jobs as it may",
                        LOOKING,
                        new Looked(new LockAttempt.Full()),
                        pause(500),
                        found(LOOKING)),
                row(
                        "the group is full: the instance that the ledger names tries often, without reading first",
                        LOOKING,
                        groupFull(record(BEFORE), true),
                        pause(250),
                        begun(peek(tries(found(LOOKING), 1), false), false)),
                row(
                        "but not more and more rarely",
                        tries(LOOKING, 20),
                        groupFull(record(BEFORE), true),
                        pause(4_000),
                        begun(peek(tries(found(LOOKING), 21), false), false)),
                row(
                        "the group is full: the others try now and then",
                        LOOKING,
                        groupFull(record(BEFORE), false),
                        pause(3_000),
                        begun(tries(found(LOOKING), 1), false)),
                row(
                        "a rerun that waits for its group is tried again, though its fire is accounted for",
                        begun(accounted(OPEN, FIRE), false),
                        waited(settled(FIRE)),
                        attempt(FIRE, true),
                        begun(new Changed(accounted(LOOKING, FIRE)).state(), false)),
                row(
                        "its own run's lock was lost",
                        LOOKING,
                        new Looked(new LockAttempt.InDoubt("lost")),
                        pause(100),
                        tries(found(LOOKING), 1)),

                // Step 2: this host cannot run it.
                row(
                        "it leaves an open fire to the others",
                        LOOKING,
                        unfit(Optional.of(record(BEFORE))),
                        pause(100),
                        aside(tries(found(LOOKING), 1), ASIDE)),
                row(
                        "and watches what they run",
                        LOOKING,
                        unfit(Optional.of(record(BEFORE).running(RUN))),
                        pause(3_000),
                        aside(watched(tries(accounted(found(LOOKING), FIRE), 1)), ASIDE)),
                row(
                        "also where it can read nothing: what it saw running may be over",
                        watched(LOOKING),
                        unfit(Optional.empty()),
                        pause(100),
                        aside(tries(found(LOOKING), 1), ASIDE)),
                row(
                        "it stands aside no longer once the lock was granted",
                        aside(LOOKING, ASIDE),
                        idle(record(FIRE)),
                        none(),
                        accounted(found(LOOKING), FIRE)),

                // Step 3, granted, and what the ledger says.
                row(
                        "granted, all is settled: done",
                        tries(LOOKING, 3),
                        idle(record(FIRE)),
                        none(),
                        accounted(found(LOOKING), FIRE)),
                row(
                        "granted, and a fire came due in the meantime",
                        new Changed(LOOKING).wanted(FIRE.plusSeconds(4)).state(),
                        idle(record(FIRE)),
                        pause(100),
                        tries(
                                accounted(
                                        new Changed(found(LOOKING))
                                                .wanted(FIRE.plusSeconds(4))
                                                .state(),
                                        FIRE),
                                1)),
                row(
                        "the ledger counts, not what was heard before: it was restored, perhaps",
                        accounted(LOOKING, FIRE),
                        idle(record(BEFORE)),
                        pause(100),
                        tries(found(LOOKING), 1)),
                row(
                        "the time of a run by hand accounts for no fire",
                        LOOKING,
                        elsewhere(record(BEFORE).running(manual())),
                        pause(3_000),
                        new Changed(tries(found(LOOKING), 1)).watched(manual()).state()),
                row(
                        "what a clock that was ahead reported is forgotten",
                        new Changed(IDLE)
                                .accounted(FIRE.plusSeconds(600))
                                .wanted(FIRE.plusSeconds(600))
                                .looked(FIRE.plusSeconds(600))
                                .state(),
                        due(1),
                        pause(0),
                        new Changed(OPEN)
                                .accounted(Instant.MIN)
                                .looked(Instant.MIN)
                                .state()),

                // Step 6: fires that come due while the job runs here.
                row("a run here is known", LOOKING, new RunBegan(FIRE, true, LIVE), none(), running(LOOKING)),
                row("a run that is over is forgotten", running(LOOKING), new RunEnded(), none(), LOOKING),
                row(
                        "adoption is a try",
                        IDLE,
                        new Adopting(),
                        new Action.Adopt(),
                        new Changed(IDLE).looking(true).state()),
                row(
                        "adoption waits for a try that is under way",
                        LOOKING,
                        new Adopting(),
                        none(),
                        new Changed(LOOKING).adopts().state()),
                row(
                        "adoption follows the try, whatever that found",
                        new Changed(LOOKING).adopts().state(),
                        new Looked(new LockAttempt.Full()),
                        new Action.Adopt(),
                        LOOKING),
                row(
                        "adoption follows a request that was declined",
                        new Changed(LOOKING).adopts().state(),
                        new Declined(),
                        new Action.Adopt(),
                        LOOKING),
                row(
                        "replace: a newer fire ends the run",
                        running(LOOKING),
                        new Due(NOW, turn(0), true, NOW),
                        new Action.EndRun(NOW),
                        new Changed(running(LOOKING)).wanted(NOW).state()),
                row(
                        "replace: an earlier fire does not end the run of a newer one",
                        new Changed(LOOKING).running(NOW).state(),
                        new Due(FIRE, turn(0), true, NOW),
                        none(),
                        new Changed(LOOKING).running(NOW).state()),
                row(
                        "replace: a run elsewhere is ended there",
                        watched(IDLE),
                        new Due(NOW, turn(1), true, NOW),
                        pause(400),
                        watched(PLANNED)),
                row(
                        "denied, it runs elsewhere, and a newer fire came due: watched for both",
                        new Changed(LOOKING).wanted(NOW).state(),
                        elsewhere(record(BEFORE).running(RUN)),
                        pause(3_000),
                        new Changed(watched(tries(accounted(found(LOOKING), FIRE), 1)))
                                .wanted(NOW)
                                .state()),
                row(
                        "queue: the run is over, and the fire that came due meanwhile is tried",
                        new Changed(LOOKING).wanted(NOW).state(),
                        idle(record(FIRE)),
                        pause(100),
                        new Changed(tries(accounted(found(LOOKING), FIRE), 1))
                                .wanted(NOW)
                                .state()),
                row(
                        "skip and queue: a newer fire waits for the run's end",
                        running(LOOKING),
                        new Due(NOW, turn(0), false, NOW),
                        none(),
                        new Changed(running(LOOKING)).wanted(NOW).state()),
                row(
                        "replace: the newer fire came before the run was known",
                        new Changed(LOOKING).wanted(NOW).state(),
                        new RunBegan(FIRE, true, LIVE),
                        new Action.EndRun(NOW),
                        new Changed(running(LOOKING)).wanted(NOW).state()),
                row(
                        "skip and queue: that run goes on",
                        new Changed(LOOKING).wanted(NOW).state(),
                        new RunBegan(FIRE, false, LIVE),
                        none(),
                        new Changed(running(LOOKING)).wanted(NOW).state()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void followsTheRule(Row row) {
        LookPlan.Step step = LookPlan.on(row.state, row.event, NOW, bound -> bound / 2);

        assertEquals(row.action, step.action());
        boolean waits = row.action instanceof Action.Wait || (row.state.waiting() && !(row.event instanceof Waited));
        assertEquals(new Changed(row.after).waiting(waits).state(), step.state());
    }

    /** Hosts must not act in step. */
    @Test
    void everyWaitButThatOfRankZeroIsJittered() {
        for (Row row : rows()) {
            Action least = LookPlan.on(row.state, row.event, NOW, bound -> 0).action();
            Action most =
                    LookPlan.on(row.state, row.event, NOW, bound -> bound - 1).action();
            boolean atOnce = row.action.equals(pause(0));
            boolean rare = row.event instanceof Looked looked
                    && (looked.result() instanceof LockAttempt.Full || row.rule.contains("a person must settle"));
            if (row.action instanceof Action.Wait) {
                assertEquals(atOnce || rare, least.equals(most), row.rule);
            }
        }
    }

    // What rows are made of.

    private static final FleetView NOTHING_SEEN =
            new FleetView(false, false, Optional.empty(), false, turn(0), turn(0));

    private static Row row(String rule, LookState state, LookEvent event, Action action, LookState after) {
        return new Row(rule, state, event, action, after);
    }

    private static LookEvent dueNow(int rank) {
        return new Due(NOW, turn(rank), false, NOW);
    }

    private static LookEvent due(int rank) {
        return new Due(FIRE, turn(rank), false, NOW);
    }

    /** The place of this instance, e, in the order of all. */
    private static Turn turn(int rank) {
        return new Turn(LIVE.subList(0, rank), LIVE, Duration.ofSeconds(60));
    }

    private static LookEvent waited(FleetView fleet) {
        return new Waited(Optional.of(fleet));
    }

    private static FleetView settled(Instant fire) {
        return new FleetView(false, false, Optional.of(fire), false, turn(0), turn(0));
    }

    private static FleetView stillRuns(int rank) {
        return new FleetView(false, false, Optional.empty(), true, turn(rank), turn(rank));
    }

    private static LookEvent idle(Ledger ledger) {
        return new Looked(new LockAttempt.Idle(ledger.record));
    }

    private static LookEvent elsewhere(Ledger ledger) {
        return new Looked(new LockAttempt.Elsewhere(Optional.of(ledger.record)));
    }

    private static LookEvent unfit(Optional<Ledger> ledger) {
        return new Looked(new LockAttempt.Unfit("no such user", ledger.map(found -> found.record), ASIDE));
    }

    private static LookEvent groupFull(Ledger ledger, boolean first) {
        return new Looked(new LockAttempt.GroupFull("warehouse", ledger.record, first));
    }

    private static LookEvent failed() {
        return new Looked(new LockAttempt.Failed(new IOException("EIO")));
    }

    private static LookEvent corrupt() {
        return new Looked(new LockAttempt.Failed(new CorruptLedgerException("job", "it is empty")));
    }

    private static Action none() {
        return new Action.None();
    }

    private static Action pause(long millis) {
        return new Action.Wait(Duration.ofMillis(millis));
    }

    private static Action attempt(Instant fire, boolean peekFirst) {
        return new Action.Try(fire, peekFirst, StandAside.NOT);
    }

    private static Ledger record(Instant settled) {
        return new Ledger(new LedgerRecord(
                9,
                "job",
                7,
                settled,
                Optional.empty(),
                "hash",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of()));
    }

    private static CurrentRun manual() {
        return new CurrentRun(FIRE, 7, RunOrigin.MANUAL, "b", "host-b", 4711, FIRE, 0);
    }

    private record Ledger(LedgerRecord record) {
        Ledger running(CurrentRun run) {
            return with(record.schedule(), record.owed(), Optional.of(run));
        }

        Ledger owing(Instant fire) {
            return with(record.schedule(), Optional.of(new Owed(fire, Owed.Why.RERUN, fire, 1)), record.run());
        }

        Ledger retired() {
            return with("-", record.owed(), record.run());
        }

        private Ledger with(String schedule, Optional<Owed> owed, Optional<CurrentRun> run) {
            return new Ledger(new LedgerRecord(
                    record.sequence(),
                    record.job(),
                    record.token(),
                    record.settled(),
                    record.backlog(),
                    schedule,
                    record.times(),
                    owed,
                    run,
                    record.recent()));
        }
    }

    private static LookState accounted(LookState state, Instant upTo) {
        return new Changed(state).accounted(upTo).state();
    }

    private static LookState tries(LookState state, int tries) {
        return new Changed(state).tries(tries).state();
    }

    private static LookState peek(LookState state, boolean first) {
        return new Changed(state).peek(first).state();
    }

    private static LookState aside(LookState state, StandAside aside) {
        return new Changed(state).aside(aside).state();
    }

    private static LookState begun(LookState state, boolean begun) {
        return new Changed(state).begun(begun).state();
    }

    private static LookState retired(LookState state) {
        return new Changed(state).retired(true).state();
    }

    private static LookState closed(LookState state) {
        return new Changed(state).closed(true).state();
    }

    private static LookState watched(LookState state) {
        return new Changed(state).watched(RUN).state();
    }

    private static LookState running(LookState state) {
        return new Changed(state).running(FIRE).state();
    }

    /** After the try. */
    private static LookState found(LookState state) {
        return new Changed(state).looking(false).state();
    }

    /** A state with some things changed. */
    private static final class Changed {
        private Instant accounted;
        private Instant wanted;
        private Instant looked;
        private Instant planned;
        private List<String> ahead;
        private Set<String> idle;
        private boolean waiting;
        private LookState.Look look;
        private boolean begun;
        private boolean retired;
        private boolean closed;
        private int tries;
        private boolean peekFirst;
        private StandAside aside;
        private Optional<CurrentRun> watched;
        private Optional<Instant> running;

        Changed(LookState from) {
            accounted = from.fires().accounted();
            wanted = from.fires().wanted();
            looked = from.fires().looked();
            planned = from.fires().planned();
            ahead = from.others().ahead();
            idle = from.others().idle();
            waiting = from.waiting();
            look = from.look();
            begun = from.begun();
            retired = from.retired();
            closed = from.closed();
            tries = from.tries();
            peekFirst = from.peekFirst();
            aside = from.aside();
            watched = from.watched();
            running = from.running();
        }

        LookState state() {
            return new LookState(
                    new LookState.Fires(accounted, wanted, looked, planned),
                    new LookState.Others(ahead, idle),
                    waiting,
                    look,
                    begun,
                    retired,
                    closed,
                    tries,
                    peekFirst,
                    aside,
                    watched,
                    running);
        }

        Changed planned(Instant fire) {
            planned = fire;
            return this;
        }

        Changed ahead(List<String> members) {
            ahead = members;
            return this;
        }

        Changed idle(Set<String> members) {
            idle = members;
            return this;
        }

        Changed waiting(boolean now) {
            waiting = now;
            return this;
        }

        Changed accounted(Instant upTo) {
            accounted = upTo;
            return this;
        }

        Changed wanted(Instant fire) {
            wanted = fire;
            return this;
        }

        Changed looked(Instant fire) {
            looked = fire;
            return this;
        }

        Changed looking(boolean now) {
            look = now ? LookState.Look.UNDER_WAY : LookState.Look.NONE;
            return this;
        }

        Changed adopts() {
            look = LookState.Look.ADOPTS_NEXT;
            return this;
        }

        Changed begun(boolean now) {
            begun = now;
            return this;
        }

        Changed retired(boolean now) {
            retired = now;
            return this;
        }

        Changed closed(boolean now) {
            closed = now;
            return this;
        }

        Changed tries(int count) {
            tries = count;
            return this;
        }

        Changed peek(boolean first) {
            peekFirst = first;
            return this;
        }

        Changed aside(StandAside since) {
            aside = since;
            return this;
        }

        Changed watched(CurrentRun run) {
            watched = Optional.of(run);
            return this;
        }

        Changed running(Instant fire) {
            running = Optional.of(fire);
            return this;
        }
    }
}
