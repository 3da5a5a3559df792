package io.fleetcron.ledger;

import static io.fleetcron.config.RunPolicy.CatchUpPolicy.ALL;
import static io.fleetcron.config.RunPolicy.CatchUpPolicy.LATEST;
import static io.fleetcron.config.RunPolicy.CatchUpPolicy.NONE;
import static io.fleetcron.config.RunPolicy.OnLost.RERUN;
import static io.fleetcron.config.RunPolicy.Overlap.QUEUE;
import static io.fleetcron.config.RunPolicy.Overlap.REPLACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.ledger.ClaimInput.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows of "the protocol of one fire". Times are seconds; tolerance is 60. */
final class ClaimProtocolTest {

    private static final OnLost LOSE = OnLost.SKIP;

    /** Stands for the fire of the run that the ledger has as started. */
    private static final Instant OF_THE_RUN = Instant.MAX;

    private static final Overlap SKIP = Overlap.SKIP;

    /** A row: what the ledger says, how the run ended, and what must come of it. */
    private record Row(
            String name, JobDefinition job, LedgerRecord record, Optional<RunResult> result, int now, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> rows() {
        JobDefinition plain = Jobs.job(100, SKIP, NONE, 0, LOSE);
        JobDefinition quick = Jobs.job(10, SKIP, NONE, 0, LOSE);
        JobDefinition queue = Jobs.job(10, QUEUE, NONE, 0, LOSE);
        JobDefinition replace = Jobs.job(10, REPLACE, NONE, 0, LOSE);
        JobDefinition latest = Jobs.job(100, SKIP, LATEST, 250, LOSE);
        JobDefinition all = Jobs.job(100, SKIP, ALL, 250, LOSE);
        JobDefinition rerun = Jobs.job(100, SKIP, NONE, 0, RERUN);
        JobDefinition off = Jobs.job(100, SKIP, LATEST, 250, LOSE, false);
        return Stream.of(
                        new Row("nothing is due", plain, idle(plain, 100), none(), 150, ""),
                        new Row("a fire before its scheduled time", plain, idle(plain, 100), none(), 199, ""),
                        new Row("a fire at its scheduled time", plain, idle(plain, 100), none(), 200, "start 200"),
                        new Row("within tolerance", plain, idle(plain, 100), none(), 260, "start 200"),
                        new Row("beyond tolerance", plain, idle(plain, 100), none(), 261, "200 missed"),
                        new Row(
                                "a fire that waits for its group is due for as long as any other",
                                plain,
                                waiting(idle(plain, 100), 200),
                                none(),
                                260,
                                "start 200"),
                        new Row(
                                "beyond tolerance, it says why it was not started",
                                plain,
                                waiting(idle(plain, 100), 200),
                                none(),
                                261,
                                "200 group warehouse was full"),
                        new Row(
                                "a newer fire takes its turn; others did not wait",
                                quick,
                                waiting(idle(quick, 100), 120),
                                none(),
                                131,
                                "110 missed, 120 group warehouse was full, start 130"),
                        new Row(
                                "catch up all: a fire that waited too long gives way to the next one",
                                all,
                                waiting(idle(all, 100), 200).withBacklog(at(400)),
                                none(),
                                451,
                                "200 group warehouse was full, start 300 (backlog 400)"),
                        new Row("already settled", plain, idle(plain, 200), none(), 201, ""),
                        new Row(
                                "a short period: only the newest is on time",
                                quick,
                                idle(quick, 100),
                                none(),
                                131,
                                "110 missed, 120 missed, start 130"),
                        new Row("catch up the latest", latest, idle(latest, 100), none(), 390, "200 missed, start 300"),
                        new Row(
                                "the latest is too old",
                                Jobs.job(1000, SKIP, LATEST, 250, LOSE),
                                idle(Jobs.job(1000, SKIP, LATEST, 250, LOSE), 0),
                                none(),
                                1251,
                                "1000 missed"),
                        new Row(
                                "catch up all: the oldest within the window first",
                                all,
                                idle(all, 100),
                                none(),
                                520,
                                "200 missed, start 300 (backlog 500)"),
                        new Row(
                                "catch up all: the next one after the first",
                                all,
                                running(all, 200, 300, 520).withBacklog(at(500)),
                                end(Outcome.SUCCEEDED, 521),
                                521,
                                "300 succeeded, start 400 (backlog 500)"),
                        new Row(
                                "catch up all: what came due meanwhile is overlapped, not backlog",
                                all,
                                running(all, 400, 500, 530).withBacklog(at(500)),
                                end(Outcome.SUCCEEDED, 620),
                                620,
                                "500 succeeded, 600 skipped"),
                        new Row(
                                "a run that succeeded",
                                plain,
                                running(plain, 100, 200, 200),
                                end(Outcome.SUCCEEDED, 210),
                                210,
                                "200 succeeded"),
                        new Row(
                                "a run that failed while two fires came due",
                                quick,
                                running(quick, 100, 110, 110),
                                end(Outcome.FAILED, 135),
                                135,
                                "110 failed, 120 skipped, 130 skipped"),
                        new Row(
                                "queue runs the newest of them",
                                queue,
                                running(queue, 100, 110, 110),
                                end(Outcome.SUCCEEDED, 135),
                                135,
                                "110 succeeded, 120 skipped, start 130"),
                        new Row(
                                "queue, but nobody looked for long: late like any other",
                                queue,
                                running(queue, 100, 110, 110),
                                end(Outcome.SUCCEEDED, 125),
                                195,
                                "110 succeeded, 120 missed, 130 missed, 140 missed, 150 missed, 160 missed, 170 missed,"
                                        + " 180 missed, start 190"),
                        new Row(
                                "replace runs the newest after the kill",
                                replace,
                                running(replace, 100, 110, 110),
                                end(Outcome.KILLED, 120),
                                120,
                                "110 killed, start 120"),
                        new Row(
                                "a dead run without word is lost",
                                plain,
                                running(plain, 100, 200, 200),
                                none(),
                                250,
                                "200 lost"),
                        new Row(
                                "word of another run does not count",
                                plain,
                                running(plain, 100, 200, 200),
                                Optional.of(new RunResult(
                                        6,
                                        Instant.ofEpochSecond(200),
                                        new RunEnd(
                                                Outcome.SUCCEEDED, OptionalInt.of(0), 1, Instant.ofEpochSecond(210)))),
                                250,
                                "200 lost"),
                        new Row(
                                "the end of another fire under the same token is not its end",
                                plain,
                                running(plain, 100, 200, 200),
                                Optional.of(new RunResult(
                                        8,
                                        Instant.ofEpochSecond(100),
                                        new RunEnd(
                                                Outcome.SUCCEEDED, OptionalInt.of(0), 1, Instant.ofEpochSecond(210)))),
                                250,
                                "200 lost"),
                        new Row(
                                "after a lost run the next fire goes on",
                                quick,
                                running(quick, 100, 110, 110),
                                none(),
                                131,
                                "110 lost, 120 missed, start 130"),
                        new Row(
                                "on_lost rerun starts the same fire again",
                                rerun,
                                running(rerun, 100, 200, 200),
                                none(),
                                250,
                                "200 lost, start 200 again"),
                        new Row(
                                "a rerun that is still owed",
                                rerun,
                                idle(rerun, 100).withOwed(owed(200, Owed.Why.RERUN, 200, 1)),
                                none(),
                                260,
                                "start 200 again"),
                        new Row(
                                "a rerun follows a manual run, however long that took",
                                rerun,
                                manual(idle(rerun, 100).withOwed(owed(200, Owed.Why.RERUN, 200, 1)), 240),
                                end(Outcome.SUCCEEDED, 900),
                                910,
                                "240 succeeded, start 200 again (backlog 240)"),
                        new Row(
                                "a fire that came due before a manual run follows it, however long that took",
                                plain,
                                manual(idle(plain, 100).withOwed(owed(200, Owed.Why.DUE, 240, 0)), 240),
                                end(Outcome.SUCCEEDED, 900),
                                910,
                                "240 succeeded, start 200 (backlog 240)"),
                        new Row(
                                "a queued fire that is still owed",
                                queue,
                                idle(queue, 110).withOwed(owed(130, Owed.Why.QUEUED, 135, 0)),
                                none(),
                                155,
                                "120 skipped, 130 skipped, 140 skipped, start 150"),
                        new Row(
                                "a queued fire follows a manual run, however long that took",
                                queue,
                                manual(idle(queue, 120).withOwed(owed(130, Owed.Why.QUEUED, 135, 0)), 136),
                                end(Outcome.SUCCEEDED, 151),
                                152,
                                "136 succeeded, 130 skipped, 140 skipped, start 150"),
                        new Row(
                                "a queued fire that nobody started is late like any other",
                                queue,
                                idle(queue, 120).withOwed(owed(130, Owed.Why.QUEUED, 135, 0)),
                                none(),
                                201,
                                "130 missed, 140 missed, 150 missed, 160 missed, 170 missed, 180 missed, 190 missed,"
                                        + " start 200"),
                        new Row(
                                "what came due while no host was there is late after a rerun, not overlapped",
                                Jobs.job(100, SKIP, ALL, 1000, RERUN),
                                running(Jobs.job(100, SKIP, ALL, 1000, RERUN), 100, 200, 450, 1, RunOrigin.SCHEDULE),
                                end(Outcome.SUCCEEDED, 510),
                                510,
                                "200 succeeded, start 300 (backlog 450)"),
                        new Row(
                                "not indefinitely",
                                rerun,
                                running(rerun, 100, 200, 200, ClaimProtocol.MAX_RERUNS, RunOrigin.SCHEDULE),
                                none(),
                                250,
                                "200 lost"),
                        new Row(
                                "a lost manual run is not run again",
                                rerun,
                                running(rerun, 200, 250, 250, 0, RunOrigin.MANUAL),
                                none(),
                                270,
                                "250 lost"),
                        new Row(
                                "a fire that came due just before a manual run follows it",
                                plain,
                                idle(plain, 100)
                                        .claimed(at(200).get(), RunOrigin.MANUAL, "a", "a", 1, at(200).get(), 0),
                                Optional.of(new RunResult(
                                        8,
                                        Instant.ofEpochSecond(200),
                                        new RunEnd(
                                                Outcome.SUCCEEDED, OptionalInt.of(0), 1, Instant.ofEpochSecond(205)))),
                                205,
                                "200 succeeded, start 200 (backlog 200)"),
                        new Row(
                                "a fire that came due during a manual run is skipped",
                                plain,
                                running(plain, 100, 150, 150, 0, RunOrigin.MANUAL),
                                end(Outcome.SUCCEEDED, 205),
                                205,
                                "150 succeeded, 200 skipped"),
                        new Row("a disabled job fires nothing", off, idle(off, 100), none(), 390, ""),
                        new Row(
                                "a changed schedule owes nothing from before it was known",
                                latest,
                                idle(quick, 100),
                                none(),
                                390,
                                "start 300"),
                        new Row(
                                "a run under the old schedule is still accounted for",
                                quick,
                                running(plain, 100, 200, 200),
                                end(Outcome.SUCCEEDED, 210),
                                299,
                                "200 succeeded"))
                .map(Arguments::of);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void decides(Row row) {
        assertEquals(row.expected, reported(decide(row)));
        ClaimDecision decision = decide(row);
        if (decision.start().isEmpty()) {
            assertTrue(decision.record().run().isEmpty());
        }
    }

    private static ClaimDecision decide(Row row) {
        // This instance knows the definition since 295, which matters only where the ledger's schedule is another one.
        return ClaimProtocol.decide(situation(row.record, row.result, row.job, 295, none(), row.now));
    }

    private static <T> Optional<T> none() {
        return Optional.empty();
    }

    private static RunResult ofTheRun(RunResult end, LedgerRecord record) {
        Instant fire = end.fire().equals(OF_THE_RUN)
                ? record.run().map(CurrentRun::fire).orElseThrow()
                : end.fire();
        return new RunResult(end.token(), fire, end.end());
    }

    private static ClaimInput situation(
            LedgerRecord record,
            Optional<RunResult> result,
            JobDefinition job,
            int since,
            Optional<Instant> boot,
            int now) {
        return new ClaimInput(
                record,
                result.map(end -> ofTheRun(end, record)),
                Optional.empty(),
                job,
                Standing.DEFINED,
                Instant.ofEpochSecond(since),
                Instant.ofEpochSecond(since),
                LeftOut.NONE,
                boot,
                none(),
                Instant.ofEpochSecond(now),
                "b");
    }

    /** What this instance would start, but neither it nor any other may. */
    @Test
    void aFireThatNobodyMayRunIsSettledAsMissedAndWhatCameBeforeItAsEver() {
        JobDefinition job = Jobs.job(30, SKIP, NONE, 0, LOSE);
        ClaimDecision decision = ClaimProtocol.decide(situation(idle(job, 0), none(), job, 0, none(), 95));
        ClaimDecision missed = decision.missed("no live instance may run it", "b", Instant.ofEpochSecond(95));

        assertEquals(at(90), decision.start().map(ClaimDecision.Start::fire));
        assertEquals(Optional.empty(), missed.start());
        assertEquals(
                List.of("30 missed -", "60 missed -", "90 missed no live instance may run it"),
                missed.settled().stream()
                        .map(s -> s.fire().getEpochSecond() + " " + s.outcome().word() + " "
                                + s.reason().orElse("-"))
                        .toList());
        assertEquals(Instant.ofEpochSecond(90), missed.record().settled());
    }

    @Test
    void whatNobodyMayRunIsOwedNoMore() {
        JobDefinition job = Jobs.job(300, SKIP, LATEST, 600, RERUN);
        for (Owed.Why why : List.of(Owed.Why.DUE, Owed.Why.QUEUED)) {
            LedgerRecord record = idle(job, 0).withOwed(owed(300, why, 305, 0));
            ClaimDecision decision = ClaimProtocol.decide(situation(record, none(), job, 0, none(), 310));
            ClaimDecision missed = decision.missed("why", "b", Instant.ofEpochSecond(310));
            assertEquals(at(300), decision.start().map(ClaimDecision.Start::fire), why.toString());
            assertEquals(Optional.empty(), missed.record().owed());
            assertEquals(
                    List.of(Outcome.MISSED),
                    missed.settled().stream().map(Settlement::outcome).toList());
        }
        LedgerRecord lost = running(job, 0, 300, 301);
        ClaimDecision decision = ClaimProtocol.decide(situation(lost, none(), job, 0, none(), 310));
        ClaimDecision missed = decision.missed("why", "b", Instant.ofEpochSecond(310));
        assertEquals(1, decision.start().orElseThrow().reruns());
        assertEquals(Optional.empty(), missed.record().owed());
        assertEquals(
                List.of(Outcome.LOST),
                missed.settled().stream().map(Settlement::outcome).toList(),
                "it has its outcome already");
        assertEquals(Instant.ofEpochSecond(300), missed.record().settled());
    }

    @Test
    void everyFireOfALongOutageIsCountedOnce() {
        JobDefinition job = Jobs.job(1, SKIP, NONE, 0, LOSE);
        ClaimDecision decision = ClaimProtocol.decide(situation(idle(job, 0), none(), job, 0, none(), 604_800));
        assertEquals(
                604_799,
                decision.settled().stream().mapToLong(Settlement::count).sum());
        assertEquals(604_800, decision.start().orElseThrow().fire().getEpochSecond());
        assertEquals(1, decision.record().recent().size());
        assertTrue(LedgerCodec.encode(decision.record()).isPresent());
    }

    /** A boot of the host is a fire like any other, at the instant that stands for it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            the first look after a boot            | @reboot | none   | 100 |     | 200 | 201 | start 200
            no agent has said that there was one   | @reboot | none   | 100 |     |     | 201 |
            an agent restarted in the same boot    | @reboot | none   | 200 |     | 200 | 230 |
            a job that came later in this boot     | @reboot | none   | 220 |     | 200 | 230 |
            the agent was away too long            | @reboot | none   | 100 |     | 200 | 261 | 200 missed
            caught up                              | @reboot | latest | 100 |     | 200 | 261 | start 200
            the boot ended the run of the last one | @reboot | none   | 100 | 100 | 200 | 201 | 100 lost, start 200
            beside other times                     | both    | none   | 100 |     | 250 | 251 | 200 missed, start 250
            other times beside it                  | both    | none   | 250 |     | 250 | 301 | start 300
            """)
    void bootsOfTheHost(
            String name,
            String schedule,
            String catchUp,
            int settled,
            @Nullable Integer run,
            @Nullable Integer boot,
            int now,
            @Nullable String reported) {
        CatchUpPolicy policy = catchUp.equals("none") ? NONE : LATEST;
        Schedule atBoot = Schedules.parse("@reboot", ZoneOffset.UTC, "job");
        Schedule every = Schedules.every(Duration.ofSeconds(100));
        JobDefinition job =
                Jobs.job(schedule.equals("both") ? Schedules.any(List.of(every, atBoot)) : atBoot, policy, 250);
        ClaimDecision decision = ClaimProtocol.decide(situation(
                run == null ? idle(job, settled) : running(job, settled, run, run),
                none(),
                job,
                0,
                Optional.ofNullable(boot).map(Instant::ofEpochSecond),
                now));
        assertEquals(reported == null ? "" : reported, reported(decision));
    }

    private static String reported(ClaimDecision decision) {
        List<String> words = new ArrayList<>();
        for (Settlement settlement : decision.settled()) {
            words.add(settlement.fire().getEpochSecond() + " "
                    + settlement.reason().orElse(settlement.outcome().word()));
        }
        decision.start()
                .ifPresent(start -> words.add("start " + start.fire().getEpochSecond()
                        + (start.reruns() > 0 ? " again" : "")
                        + decision.record()
                                .backlog()
                                .map(b -> " (backlog " + b.getEpochSecond() + ")")
                                .orElse("")));
        return words.stream().collect(Collectors.joining(", "));
    }

    private static Optional<Instant> at(int second) {
        return Optional.of(Instant.ofEpochSecond(second));
    }

    private static Optional<RunResult> end(Outcome outcome, int ended) {
        return Optional.of(
                new RunResult(8, OF_THE_RUN, new RunEnd(outcome, OptionalInt.of(0), 1, Instant.ofEpochSecond(ended))));
    }

    private static Optional<Owed> owed(int fire, Owed.Why why, int since, int reruns) {
        return Optional.of(new Owed(Instant.ofEpochSecond(fire), why, Instant.ofEpochSecond(since), reruns));
    }

    private static LedgerRecord manual(LedgerRecord before, int started) {
        Instant at = Instant.ofEpochSecond(started);
        return before.claimed(at, RunOrigin.MANUAL, "a", "a", 1, at, 0);
    }

    private static LedgerRecord idle(JobDefinition job, int settled) {
        return new LedgerRecord(
                5,
                "job",
                7,
                Instant.ofEpochSecond(settled),
                Optional.empty(),
                job.scheduleHash(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static LedgerRecord waiting(LedgerRecord record, int fire) {
        Instant at = Instant.ofEpochSecond(fire);
        return record.with(new Waiting(at, "warehouse", at.plusSeconds(1), "a"));
    }

    private static ClaimDecision waitingAt(ClaimDecision decision, String instance, boolean named, int now) {
        return decision.waiting("warehouse", instance, other -> named, Instant.ofEpochSecond(now));
    }

    /** Nothing of a fire that waits is consumed, and its instances do not write that it waits again and again. */
    @Test
    void thatAFireWaitsIsRecordedOnceAndNothingElse() {
        JobDefinition job = Jobs.job(100, SKIP, NONE, 0, LOSE);
        LedgerRecord before = idle(job, 100);
        ClaimDecision first = waitingAt(decide(new Row("", job, before, none(), 201, "")), "b", true, 201);
        assertEquals(before.with(new Waiting(at(200).get(), "warehouse", at(201).get(), "b")), first.record());
        assertEquals(before.token(), first.record().token());
        assertEquals(at(200), first.start().map(ClaimDecision.Start::fire));

        ClaimDecision again = decide(new Row("", job, first.record(), none(), 210, ""));
        assertEquals(first.record(), waitingAt(again, "c", true, 210).record());
        assertEquals(
                before.with(new Waiting(at(200).get(), "warehouse", at(201).get(), "c")),
                waitingAt(again, "c", false, 210).record(),
                "the instance that tried is gone");
    }

    /** Else each fire of a job that fires often would begin to wait behind all others. */
    @Test
    void aNewerFireHasWaitedSinceTheOneBeforeBegan() {
        JobDefinition job = Jobs.job(100, SKIP, NONE, 0, LOSE);
        LedgerRecord waits = waiting(idle(job, 100), 200);
        ClaimDecision newer = waitingAt(decide(new Row("", job, waits, none(), 301, "")), "b", true, 301);
        assertEquals(
                Optional.of(new Waiting(at(300).get(), "warehouse", at(201).get(), "b")),
                newer.record().waiting());
        LedgerRecord claimed = newer.record().claimed(at(300).get(), RunOrigin.SCHEDULE, "b", "b", 1, at(302).get(), 0);
        assertEquals(none(), claimed.waiting());
        assertEquals(none(), claimed.stillWaiting());
        assertEquals(newer.record().waiting(), newer.record().stillWaiting());
        assertEquals(
                none(),
                newer.record().settledUpTo(at(300).get()).stillWaiting(),
                "a version that does not know of groups leaves it");
    }

    private static LedgerRecord running(JobDefinition job, int settled, int fire, int started) {
        return running(job, settled, fire, started, 0, RunOrigin.SCHEDULE);
    }

    private static LedgerRecord running(
            JobDefinition job, int settled, int fire, int started, int reruns, RunOrigin trigger) {
        LedgerRecord claimed = idle(job, settled)
                .claimed(Instant.ofEpochSecond(fire), trigger, "a", "a", 1, Instant.ofEpochSecond(started), reruns);
        return trigger == RunOrigin.MANUAL ? claimed.withBacklog(Optional.of(Instant.ofEpochSecond(started))) : claimed;
    }

    /** What is to be started stays in the record until it is claimed: it is on storage before the agent may stop. */
    @Test
    void whatIsOwedStaysOnRecordUntilItIsClaimed() {
        JobDefinition rerun = Jobs.job(100, SKIP, NONE, 0, RERUN);
        JobDefinition queue = Jobs.job(10, QUEUE, NONE, 0, LOSE);
        LedgerRecord lost = ClaimProtocol.decide(
                        situation(running(rerun, 100, 200, 200), none(), rerun, 0, none(), 250))
                .record();
        assertEquals(owed(200, Owed.Why.RERUN, 200, 1), lost.owed());
        LedgerRecord queued = ClaimProtocol.decide(
                        situation(running(queue, 100, 110, 110), end(Outcome.SUCCEEDED, 135), queue, 0, none(), 135))
                .record();
        assertEquals(owed(130, Owed.Why.QUEUED, 135, 0), queued.owed());
        ClaimDecision due = ClaimProtocol.decide(situation(idle(rerun, 100), none(), rerun, 0, none(), 240));
        assertEquals(
                owed(200, Owed.Why.DUE, 240, 0),
                due.postponed(Instant.ofEpochSecond(240)).owed());
        for (LedgerRecord record : List.of(lost, queued)) {
            Instant at = Instant.ofEpochSecond(260);
            assertEquals(
                    record.owed(),
                    record.claimed(at, RunOrigin.MANUAL, "a", "a", 1, at, 0).owed());
            assertEquals(
                    Optional.empty(),
                    record.claimed(at, RunOrigin.SCHEDULE, "a", "a", 1, at, 1).owed());
        }
    }

    /** How long ago a run was lost counts from its last sign of life. */
    @ParameterizedTest
    @CsvSource({"200,,260,true", "200,,261,false", "200,5000,5060,true", "200,5000,5061,false", "200,100,261,false"})
    void aRerunHasAnAgeLimit(int started, @Nullable Integer sign, int now, boolean again) {
        JobDefinition job = Jobs.job(100_000, SKIP, NONE, 0, RERUN);
        ClaimDecision decision = ClaimProtocol.decide(new ClaimInput(
                running(job, 100, 200, started),
                none(),
                Optional.ofNullable(sign).map(Instant::ofEpochSecond),
                job,
                Standing.DEFINED,
                Instant.EPOCH,
                Instant.EPOCH,
                LeftOut.NONE,
                none(),
                none(),
                Instant.ofEpochSecond(now),
                "b"));
        assertEquals("200 lost" + (again ? ", start 200 again" : ""), reported(decision));
        if (!again) {
            assertEquals(200, decision.record().settled().getEpochSecond());
        }
    }

    /** What came due before a change is settled under the schedule that it came due under; then the new one begins. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            due before the change, on time             | skip  | 100 |     | 201 | 205 | start 200
            due before the change, too late            | skip  | 100 |     | 201 | 265 | 200 missed, 210 missed, 220 missed, 230 missed, 240 missed, 250 missed, start 260
            due after the change, under the old one    | skip  | 100 |     | 199 | 205 | start 200
            during the run, before the change: skipped | skip  | 100 | 100 | 201 | 215 | 100 succeeded, 200 skipped, 210 skipped
            during the run, before the change: queued  | queue | 100 | 100 | 201 | 215 | 100 succeeded, start 200
            the schedule of long ago                   | skip  | 100 |     | 40  | 105 |
            """)
    void changesOfTheSchedule(
            String name,
            String overlap,
            int settled,
            @Nullable Integer run,
            int changed,
            int now,
            @Nullable String expected) {
        JobDefinition old = Jobs.job(100, SKIP, NONE, 0, LOSE);
        JobDefinition job = Jobs.job(10, overlap.equals("skip") ? SKIP : QUEUE, NONE, 0, LOSE);
        LedgerRecord before = LedgerRecord.first(old, Instant.ofEpochSecond(settled));
        LedgerRecord record = run == null
                ? before
                : before.claimed(Instant.ofEpochSecond(run), RunOrigin.SCHEDULE, "a", "a", 1, at(run).get(), 0);
        Optional<RunResult> end = Optional.ofNullable(run)
                .map(at -> new RunResult(
                        1,
                        Instant.ofEpochSecond(at),
                        new RunEnd(Outcome.SUCCEEDED, OptionalInt.of(0), 1, Instant.ofEpochSecond(212))));
        ClaimDecision decision = ClaimProtocol.decide(situation(record, end, job, changed, none(), now));
        assertEquals(expected == null ? "" : expected, reported(decision));
        if (decision.start().isEmpty()) {
            assertEquals(job.scheduleHash(), decision.record().schedule());
        }
    }

    /** A job that is out of the files starts nothing; one that is back owes nothing from the time without it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            its run is settled                        | QUEUED | RETIRED  | 200 | 200 | 250 | 0   | 200 succeeded
            what was queued is skipped                | QUEUED | RETIRED  | 200 | 250 | 260 | 0   | 200 succeeded, 210 skipped, 220 skipped, 230 skipped, 240 skipped, 250 skipped
            a lost run is not run again               | RERUN  | RETIRED  | 200 | 205 | 205 | 0   | 200 lost
            nothing is caught up                      | DUE    | RETIRED  |     | 205 | 290 | 0   | 200 missed
            back, its run is settled                  | QUEUED | RETURNED | 200 | 200 | 315 | 312 | 200 succeeded
            back, the next fire                       | QUEUED | RETURNED | 200 | 200 | 321 | 312 | 200 succeeded, start 320
            back, nothing is caught up                | DUE    | RETURNED |     | 205 | 399 | 312 | 200 missed
            back, a lost run is not run again         | RERUN  | RETURNED | 200 | 205 | 260 | 250 | 200 lost
            """)
    void withoutADefinition(
            String name,
            Owed.Why kind,
            Standing standing,
            @Nullable Integer run,
            int until,
            int now,
            int since,
            @Nullable String expected) {
        JobDefinition job = switch (kind) {
            case QUEUED -> Jobs.job(10, QUEUE, NONE, 0, LOSE);
            case RERUN -> Jobs.job(100, SKIP, ALL, 1000, RERUN);
            case DUE -> Jobs.job(100, SKIP, ALL, 1000, LOSE);
        };
        LedgerRecord record = run == null ? idle(job, 100) : running(job, 100, run, run);
        ClaimInput situation = new ClaimInput(
                record,
                kind == Owed.Why.QUEUED ? end(Outcome.SUCCEEDED, now).map(end -> ofTheRun(end, record)) : none(),
                none(),
                job,
                standing,
                Instant.ofEpochSecond(since),
                Instant.ofEpochSecond(until),
                LeftOut.NONE,
                none(),
                none(),
                Instant.ofEpochSecond(now),
                "b");
        ClaimDecision decision = ClaimProtocol.decide(situation);
        assertEquals(expected == null ? "" : expected, reported(decision));
        assertEquals(standing == Standing.RETIRED, decision.record().isRetired());
        assertEquals(decision.start().isPresent(), decision.record().owed().isPresent());
        assertTrue(standing == Standing.RETIRED || decision.record().settled().getEpochSecond() >= since);
    }

    /** What is left out is never started, and settled with its reason as soon as its turn comes. Left out: {@code from} to {@code to}. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            on time, but left out                       | skip  | none   |  90 |     |        | 100 | 100 | 105 | 100 left out
            at its scheduled time                       | skip  | none   |  90 |     |        | 100 | 100 | 100 | 100 left out
            the one before is on time                   | skip  | none   |  90 |     |        | 110 | 110 | 115 | start 100 (backlog 110)
            the one before is too late                  | skip  | none   |  90 |     |        | 110 | 110 | 165 | 100 missed, 110 left out, 120 missed, 130 missed, 140 missed, 150 missed, start 160
            all are, however late                       | skip  | all    |  90 |     |        | 100 | 120 | 500 | 100 left out, 110 left out, 120 left out, start 130 (backlog 500)
            caught up without them                      | skip  | all    |  90 |     |        | 110 | 120 | 135 | start 100 (backlog 130)
            the latest of the others is caught up       | skip  | latest |  90 |     |        | 120 | 130 | 135 | 100 missed, start 110 (backlog 130)
            after the run that came before              | skip  | none   |  90 | 100 |        | 110 | 120 | 125 | 100 succeeded, 110 left out, 120 left out
            overlapped, but left out                    | skip  | none   |  90 | 100 |        | 110 | 110 | 125 | 100 succeeded, 110 left out, 120 skipped
            queue takes the newest of the others        | queue | none   |  90 | 100 |        | 120 | 120 | 125 | 100 succeeded, start 110
            queue has none                              | queue | none   |  90 | 100 |        | 110 | 120 | 125 | 100 succeeded, 110 left out, 120 left out
            what is queued is left out                  | queue | none   | 100 |     | QUEUED | 110 | 110 | 115 | 110 left out
            what is queued gives way to the newest open | queue | none   | 100 |     | QUEUED | 110 | 120 | 135 | 110 left out, 120 left out, start 130
            what a run by hand forestalled is left out  | skip  | none   | 100 |     | DUE    | 110 | 110 | 115 | 110 left out
            a lost run is not run again                 | skip  | none   | 100 |     | RERUN  | 110 | 110 | 115 |
            """)
    void leavesOut(
            String name,
            String overlap,
            String catchUp,
            int settled,
            @Nullable Integer run,
            Owed.@Nullable Why owed,
            int from,
            int to,
            int now,
            @Nullable String expected) {
        JobDefinition job = Jobs.job(
                10,
                Overlap.valueOf(overlap.toUpperCase(Locale.ROOT)),
                CatchUpPolicy.valueOf(catchUp.toUpperCase(Locale.ROOT)),
                1000,
                owed == Owed.Why.RERUN ? RERUN : LOSE);
        LedgerRecord record = run == null ? idle(job, settled) : running(job, settled, run, run);
        ClaimDecision decision = ClaimProtocol.decide(new ClaimInput(
                owed == null ? record : record.withOwed(owed(110, owed, 110, 0)),
                run == null ? none() : end(Outcome.SUCCEEDED, now).map(end -> ofTheRun(end, record)),
                none(),
                job,
                Standing.DEFINED,
                Instant.EPOCH,
                Instant.EPOCH,
                fire -> fire.getEpochSecond() >= from && fire.getEpochSecond() <= to
                        ? Optional.of("left out")
                        : Optional.empty(),
                none(),
                none(),
                Instant.ofEpochSecond(now),
                "b"));
        assertEquals(expected == null ? "" : expected, reported(decision));
        decision.settled().stream()
                .filter(settlement -> settlement.reason().isPresent())
                .forEach(settlement -> assertEquals(Outcome.SKIPPED, settlement.outcome()));
    }

    /** So many fires that they are settled in a row keep their reason where all of them share it. */
    @Test
    void aLongRowOfFiresThatAreLeftOutHasTheirReason() {
        JobDefinition job = Jobs.job(1, SKIP, NONE, 0, LOSE);
        for (int from : List.of(0, 500)) {
            ClaimDecision decision = ClaimProtocol.decide(new ClaimInput(
                    idle(job, 0),
                    none(),
                    none(),
                    job,
                    Standing.DEFINED,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    fire -> fire.getEpochSecond() >= from ? Optional.of("paused") : Optional.empty(),
                    none(),
                    none(),
                    Instant.ofEpochSecond(20_000),
                    "b"));
            Settlement row = decision.settled().get(0);
            assertEquals(20_000 - DueFires.LIMIT, row.count());
            assertEquals(from == 0 ? Outcome.SKIPPED : Outcome.MISSED, row.outcome());
            assertEquals(from == 0 ? Optional.of("paused") : none(), row.reason());
            assertEquals(
                    20_000,
                    decision.settled().stream().mapToLong(Settlement::count).sum());
        }
    }

    /** A fire that came due just before a manual run began is not started by it. */
    @Test
    void aManualRunAccountsForNoFire() {
        JobDefinition job = Jobs.job(100, SKIP, NONE, 0, LOSE);
        assertEquals(100, manual(idle(job, 100), 250).accountedUpTo().getEpochSecond());
        assertEquals(200, running(job, 100, 200, 201).accountedUpTo().getEpochSecond());
        assertEquals(300, running(job, 300, 200, 301).accountedUpTo().getEpochSecond());
        assertTrue(!manual(idle(job, 100), 250).accountsFor(Instant.ofEpochSecond(200)));
    }

    /** While the clock is in doubt, nothing is decided by it: a run that ended is settled, and what follows waits. */
    @ParameterizedTest
    @CsvSource({"true,100 succeeded", "false,''"})
    void nothingIsDecidedByAClockThatIsInDoubt(boolean ran, String expected) {
        JobDefinition job = Jobs.job(10, QUEUE, ALL, 1000, LOSE);
        LedgerRecord record = ran ? running(job, 90, 100, 100) : idle(job, 90);
        ClaimInput situation = new ClaimInput(
                record,
                ran ? end(Outcome.SUCCEEDED, 150).map(end -> ofTheRun(end, record)) : none(),
                none(),
                job,
                Standing.HELD,
                Instant.EPOCH,
                Instant.EPOCH,
                LeftOut.NONE,
                none(),
                none(),
                Instant.ofEpochSecond(150),
                "b");
        ClaimDecision decision = ClaimProtocol.decide(situation);
        assertEquals(expected, reported(decision));
        assertEquals(ran ? 100 : 90, decision.record().settled().getEpochSecond());
    }

    /** The death of a host is noticed after a lease: the next fire must still be on time then. */
    @ParameterizedTest
    @CsvSource({",60", "10,60", "15,60", "90,210"})
    void toleratesWhatItTakesToNoticeADeath(@Nullable Integer lease, int late) {
        JobDefinition job = Jobs.job(1000, SKIP, NONE, 0, RERUN);
        for (int more = 0; more <= 1; more++) {
            ClaimDecision decision = ClaimProtocol.decide(leased(idle(job, 0), job, lease, 1000 + late + more));
            assertEquals(more == 0 ? "start 1000" : "1000 missed", reported(decision));
            ClaimDecision lost =
                    ClaimProtocol.decide(leased(running(job, 0, 1000, 1000), job, lease, 1000 + late + more));
            assertEquals(more == 0 ? "1000 lost, start 1000 again" : "1000 lost", reported(lost));
        }
    }

    private static ClaimInput leased(LedgerRecord record, JobDefinition job, @Nullable Integer lease, int now) {
        return new ClaimInput(
                record,
                none(),
                none(),
                job,
                Standing.DEFINED,
                Instant.EPOCH,
                Instant.EPOCH,
                LeftOut.NONE,
                none(),
                Optional.ofNullable(lease).map(Duration::ofSeconds),
                Instant.ofEpochSecond(now),
                "b");
    }

    /** Every policy is in the table above; a new one must be given a row. */
    @Test
    void knowsEveryPolicy() {
        assertEquals(3, CatchUpPolicy.values().length);
        assertEquals(3, Overlap.values().length);
        assertEquals(2, OnLost.values().length);
    }
}
