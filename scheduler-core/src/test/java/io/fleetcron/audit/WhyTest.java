package io.fleetcron.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.audit.WhyInput.Present;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.fleet.Timetable.Entry;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.Settlement.Execution;
import io.fleetcron.ledger.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One row for each reason; the job fires each hour, and it is 12:30. */
final class WhyTest {

    private static final Instant FIRE = Instant.parse("2026-11-28T12:00:00Z");
    private static final Instant NOW = FIRE.plusSeconds(1800);
    private static final Timetable HOURLY =
            new Timetable(new TreeMap<>(Map.of("job", new Entry("every 3600s", false, false))));
    private static final Timetable EMPTY = new Timetable(new TreeMap<>());
    private static final Present WELL = new Present("a", true, "ok", Optional.empty());

    private static String name(Timetable timetable) {
        return Timetable.name(timetable.text());
    }

    /** What is known in a row, by what differs from the usual: the job is defined, one instance is well. */
    private record Known(
            Optional<Instant> asked,
            List<HistoryLine> lines,
            Optional<LedgerRecord> ledger,
            Optional<String> problem,
            List<Present> instances,
            LeftOut leftOut,
            Map<String, List<InForce>> journals,
            Optional<String> unreachable) {

        Known at(Instant time) {
            return new Known(Optional.of(time), lines, ledger, problem, instances, leftOut, journals, unreachable);
        }

        Known with(HistoryLine... more) {
            return new Known(asked, List.of(more), ledger, problem, instances, leftOut, journals, unreachable);
        }

        Known with(LedgerRecord record) {
            return new Known(asked, lines, Optional.of(record), problem, instances, leftOut, journals, unreachable);
        }

        Known corrupt(String why) {
            return new Known(asked, lines, ledger, Optional.of(why), instances, leftOut, journals, unreachable);
        }

        Known with(Present... present) {
            return new Known(asked, lines, ledger, problem, List.of(present), leftOut, journals, unreachable);
        }

        Known without(String reason) {
            return new Known(
                    asked, lines, ledger, problem, instances, fire -> Optional.of(reason), journals, unreachable);
        }

        Known with(Map<String, List<InForce>> others) {
            return new Known(asked, lines, ledger, problem, instances, leftOut, others, unreachable);
        }

        Known silent(String why) {
            return new Known(asked, lines, ledger, problem, instances, leftOut, journals, Optional.of(why));
        }

        WhyInput input() {
            Recorded recorded = new Recorded();
            lines.forEach(recorded::add);
            ledger.flatMap(LedgerRecord::run).ifPresent(run -> recorded.add("job", run));
            return new WhyInput(
                    "job",
                    asked,
                    NOW,
                    false,
                    Duration.ofMinutes(1),
                    unreachable,
                    new Journals(journals, Map.of(name(HOURLY), HOURLY, name(EMPTY), EMPTY)),
                    recorded,
                    ledger,
                    problem,
                    instances,
                    leftOut);
        }
    }

    private static Known usual() {
        return new Known(
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(WELL),
                LeftOut.NONE,
                had(HOURLY),
                Optional.empty());
    }

    private static Map<String, List<InForce>> had(Timetable timetable) {
        return Map.of("a", List.of(new InForce(FIRE.minusSeconds(86_400), NOW, name(timetable))));
    }

    private static HistoryLine line(Instant fire, Outcome outcome, long token, int began, int ended, String reason) {
        return new HistoryLine(
                "job",
                new Settlement(
                        fire,
                        fire,
                        1,
                        outcome,
                        RunOrigin.SCHEDULE,
                        "a",
                        "a",
                        token,
                        outcome.ran()
                                ? new Execution(
                                        1, Optional.of(fire.plusSeconds(began)), OptionalInt.empty(), Optional.empty())
                                : Execution.NONE,
                        fire.plusSeconds(ended),
                        reason.isEmpty() ? Optional.empty() : Optional.of(reason),
                        Map.of()));
    }

    private static HistoryLine byHand(HistoryLine line, Optional<ManualRequest> request) {
        Settlement it = line.settlement();
        return new HistoryLine(
                "job",
                new Settlement(
                        it.fire(),
                        it.through(),
                        1,
                        it.outcome(),
                        RunOrigin.MANUAL,
                        "b",
                        "b",
                        it.token(),
                        new Execution(1, it.started(), OptionalInt.empty(), Optional.empty(), request),
                        it.ended()));
    }

    private static LedgerRecord ledger(Instant settled, Optional<CurrentRun> run) {
        return new LedgerRecord(
                9, "job", 9, settled, Optional.empty(), "h", Optional.empty(), Optional.empty(), run, List.of());
    }

    private static LedgerRecord waiting(Instant settled) {
        return ledger(settled, Optional.empty()).with(new Waiting(FIRE, "warehouse", FIRE.plusSeconds(2), "a"));
    }

    private static CurrentRun running(Instant fire) {
        return new CurrentRun(fire, 7, RunOrigin.SCHEDULE, "b", "host", 1, fire, 0);
    }

    static Stream<Arguments> rows() {
        Instant before = FIRE.minusSeconds(3600);
        return Stream.of(
                Arguments.of(
                        "ran",
                        usual().with(line(FIRE, Outcome.SUCCEEDED, 4, 0, 9, "")),
                        "by a with token 4, which was the first to get the job's lock; it ended at 2026-11-28T12:00:09Z: succeeded"),
                Arguments.of("ran", usual().with(line(FIRE, Outcome.FAILED, 4, 40, 50, "")), ", 40 s late; it ended"),
                Arguments.of(
                        "ran", usual().with(line(FIRE, Outcome.LOST, 4, 0, 50, "")), "its host died, or was cut off"),
                Arguments.of(
                        "ran",
                        usual().with(
                                        line(before, Outcome.SUCCEEDED, 3, 0, 3630, ""),
                                        line(FIRE, Outcome.SUCCEEDED, 4, 31, 50, "")),
                        "the run before it, token 3 on a, ended at 2026-11-28T12:00:30Z"),
                Arguments.of("running", usual().with(ledger(before, Optional.of(running(FIRE)))), "by b with token 7"),
                Arguments.of(
                        "left_out",
                        usual().with(line(FIRE, Outcome.SKIPPED, 4, 0, 1, "paused by anna@web1: move")),
                        "paused by anna@web1: move"),
                Arguments.of(
                        "overlap",
                        usual().with(
                                        line(before, Outcome.SUCCEEDED, 3, 0, 4000, ""),
                                        line(FIRE, Outcome.SKIPPED, 3, 0, 400, "")),
                        "still running: token 3 on a"),
                Arguments.of(
                        "missed", usual().with(line(FIRE, Outcome.MISSED, 4, 0, 90, "")), "on record as up then: a"),
                Arguments.of(
                        "missed",
                        usual().with(line(FIRE, Outcome.MISSED, 4, 0, 90, ""))
                                .with(Map.of("a", List.of(new InForce(before, before.plusSeconds(60), name(HOURLY))))),
                        "no instance has it on record that it was up then"),
                Arguments.of(
                        "missed",
                        usual().with(line(FIRE, Outcome.MISSED, 4, 0, 90, "no host may run it")),
                        "no host may run it"),
                Arguments.of(
                        "not_due", usual().at(FIRE.plusSeconds(60)), "the next scheduled time is 2026-11-28T13:00:00Z"),
                Arguments.of(
                        "not_due",
                        usual().at(FIRE.plusSeconds(60)),
                        "the scheduled time before it is 2026-11-28T12:00:00Z"),
                Arguments.of(
                        "missed",
                        usual().with(
                                        line(FIRE, Outcome.MISSED, 4, 0, 90, ""),
                                        byHand(
                                                line(FIRE, Outcome.SUCCEEDED, 5, 900, 901, ""),
                                                Optional.of(new ManualRequest(
                                                        new Asked("anna@web1", FIRE, ""),
                                                        List.of(),
                                                        Optional.empty())))),
                        "by b with token 5, because anna@web1 asked for it by hand"),
                Arguments.of(
                        "ran",
                        usual().at(FIRE.plusSeconds(60))
                                .with(byHand(
                                        line(FIRE.plusSeconds(60), Outcome.SUCCEEDED, 5, 0, 1, ""), Optional.empty())),
                        "by b with token 5, because somebody asked for it by hand"),
                Arguments.of("not_yet", usual().at(FIRE.plusSeconds(3600)), "it is due in 30 min"),
                Arguments.of(
                        "not_yet",
                        usual().at(FIRE.plusSeconds(3600)).without("paused by anna@web1"),
                        "it will be left out: paused by anna@web1"),
                Arguments.of("not_defined", usual().with(had(EMPTY)).at(FIRE), "not defined, or disabled"),
                Arguments.of("not_defined", usual().with(had(EMPTY)), "no fire of it has come due"),
                Arguments.of("unknown", usual().with(Map.of()), "no agent of this version has run yet"),
                Arguments.of(
                        "unknown",
                        usual().at(FIRE.minusSeconds(90_000)),
                        "the definitions in force then are not on record"),
                Arguments.of(
                        "ledger",
                        usual().corrupt("torn"),
                        "cannot be trusted, and nothing starts until it is mended: torn"),
                Arguments.of("left_out", usual().without("paused by anna@web1"), "it is left out: paused by anna@web1"),
                Arguments.of(
                        "overlap",
                        usual().with(ledger(before, Optional.of(running(before)))),
                        "the job is still running: token 7 on b"),
                Arguments.of(
                        "group_full",
                        usual().with(waiting(before)),
                        "as many jobs of group warehouse run as may run at once: the job has waited for a slot since"
                                + " 2026-11-28T12:00:02Z"),
                Arguments.of(
                        "group_full",
                        usual().with(line(FIRE, Outcome.MISSED, 4, 0, 1, "group warehouse was full")),
                        "it was not started: group warehouse was full"),
                Arguments.of("unaccounted", usual(), "no host has started or settled it"),
                Arguments.of("unaccounted", usual().with(ledger(FIRE, Optional.empty())), "no history says how"),
                Arguments.of(
                        "unaccounted",
                        usual().with(new Present("a", false, "ok", Optional.empty())),
                        "no instance is alive"),
                Arguments.of(
                        "unaccounted",
                        usual().with(new Present("a", true, "ok", Optional.of("no user bob"))),
                        "none of the instances that are alive can run it"),
                Arguments.of(
                        "unaccounted",
                        usual().with(new Present("a", true, "storage failed", Optional.empty())),
                        "a reports: storage failed"),
                Arguments.of(
                        "unaccounted",
                        usual().with(Map.of(
                                "a", had(HOURLY).get("a"), "b", had(EMPTY).get("a"))),
                        "hosts had different definitions"),
                Arguments.of("share_unreachable", usual().silent("it hangs"), "does not answer: it hangs"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void saysWhy(String kind, Known known, String text) {
        Why.Answer answer = Why.answer(known.input());

        assertEquals(kind, answer.reasons().get(0).kind().word(), answer.toString());
        assertTrue(answer.reasons().stream().anyMatch(reason -> reason.text().contains(text)), answer.toString());
        assertTrue(answer.reasons().size() <= 12, "one screen");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void asksAboutTheNewestDueFireOrTheGivenOne(String kind, Known known, String text) {
        boolean any = !kind.equals("unknown") && !kind.equals("not_defined");
        if (known.asked().isPresent()) {
            assertEquals(known.asked(), Why.answer(known.input()).fire());
        } else if (any) {
            assertEquals(Optional.of(FIRE), Why.answer(known.input()).fire());
        }
    }
}
