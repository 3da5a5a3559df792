package io.fleetcron.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.audit.Finding.Kind;
import io.fleetcron.audit.Tally.Count;
import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.fleet.Timetable.Entry;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.Settlement.Execution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Fires of one hour, from 12:00 to 13:00, and what is on record of them; times are minutes after 12:00. */
final class AuditTest {

    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
    private static final Entry QUARTERLY = new Entry("every 900s", false, false);

    private final Map<String, List<InForce>> journals = new TreeMap<>();
    private final Map<String, Timetable> timetables = new HashMap<>();
    private final Recorded recorded = new Recorded();
    private final Map<String, LedgerRecord> ledgers = new HashMap<>();
    private final Map<String, String> problems = new HashMap<>();
    private final Map<String, Instant> lastSigns = new HashMap<>();
    private final Map<String, Set<String>> busy = new HashMap<>();
    private Optional<Instant> keptFrom = Optional.empty();
    private Instant now = at(120);

    private static Instant at(double minutes) {
        return NOON.plusMillis((long) (minutes * 60_000));
    }

    /** That instance had that timetable, from then until then. */
    private void had(String instance, double since, double until, Map<String, Entry> jobs) {
        Timetable timetable = new Timetable(new TreeMap<>(jobs));
        String name = Timetable.name(timetable.text());
        timetables.put(name, timetable);
        journals.computeIfAbsent(instance, i -> new ArrayList<>()).add(new InForce(at(since), at(until), name));
        lastSigns.put(instance, now);
    }

    private void usual() {
        had("a", -60, 120, Map.of("job", QUARTERLY));
    }

    private static HistoryLine line(
            double fire,
            int count,
            Outcome outcome,
            RunOrigin origin,
            String instance,
            long token,
            double start,
            double end,
            String reason) {
        return new HistoryLine(
                "job",
                new Settlement(
                        at(fire),
                        at(fire + 15 * (count - 1)),
                        count,
                        outcome,
                        origin,
                        instance,
                        instance,
                        token,
                        outcome.ran()
                                ? new Execution(1, Optional.of(at(start)), OptionalInt.empty(), Optional.empty())
                                : Execution.NONE,
                        at(end),
                        reason.isEmpty() ? Optional.empty() : Optional.of(reason),
                        Map.of()));
    }

    private void ran(double fire, long token, String instance) {
        ran(fire, token, instance, Outcome.SUCCEEDED, fire, fire + 1);
    }

    private void ran(double fire, long token, String instance, Outcome outcome, double start, double end) {
        recorded.add(line(fire, 1, outcome, RunOrigin.SCHEDULE, instance, token, start, end, ""));
    }

    private void unrun(double fire, int count, Outcome outcome, String reason) {
        recorded.add(line(fire, count, outcome, RunOrigin.SCHEDULE, "a", 1, 0, fire + 1, reason));
    }

    private void allRan() {
        for (int fire = 0; fire < 4; fire++) {
            ran(15 * fire, fire + 1, "a");
        }
    }

    private void ledger(double settled, Optional<CurrentRun> run) {
        run.ifPresent(it -> recorded.add("job", it));
        ledgers.put(
                "job",
                new LedgerRecord(
                        9,
                        "job",
                        9,
                        at(settled),
                        Optional.empty(),
                        "h",
                        Optional.empty(),
                        Optional.empty(),
                        run,
                        List.of()));
    }

    private static Optional<CurrentRun> running(double fire, long token, double started) {
        return Optional.of(new CurrentRun(at(fire), token, RunOrigin.SCHEDULE, "a", "host", 1, at(started), 0));
    }

    private AuditReport audit() {
        return Audit.of(new AuditInput(
                at(0),
                at(60),
                now,
                job -> true,
                new Journals(journals, timetables),
                recorded,
                ledgers,
                problems,
                lastSigns,
                busy,
                job -> Duration.ofMinutes(10),
                keptFrom));
    }

    private static void assertCounts(AuditReport report, Object... wanted) {
        Map<Count, Long> counts = new EnumMap<>(Count.class);
        for (int i = 0; i < wanted.length; i += 2) {
            counts.put((Count) wanted[i], ((Integer) wanted[i + 1]).longValue());
        }
        Map<Count, Long> found = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            if (report.all().of(count) > 0) {
                found.put(count, report.all().of(count));
            }
        }
        assertEquals(counts, found, report.findings().toString());
    }

    private static String kinds(AuditReport report) {
        return report.findings().stream().map(finding -> finding.kind().word()).collect(Collectors.joining(" "));
    }

    @Test
    void everyFireWasStartedOnce() {
        usual();
        allRan();
        ran(60, 5, "a");
        ran(-15, 0, "a");
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 4, Count.STARTED, 4);
        assertFalse(report.isWrong() || report.isUnknown());
        assertEquals(Map.of(Outcome.SUCCEEDED, 4L), report.all().ends());
    }

    @Test
    void aCopyOfALineIsNotAnotherStart() {
        usual();
        allRan();
        allRan();
        ledger(45, Optional.empty());
        assertCounts(audit(), Count.DUE, 4, Count.STARTED, 4);
    }

    @Test
    void whatWasNotStartedIsAccountedForByItsReason() {
        usual();
        ran(0, 1, "a");
        unrun(15, 1, Outcome.SKIPPED, "paused by anna@web1");
        unrun(30, 2, Outcome.MISSED, "");
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 4, Count.STARTED, 1, Count.SKIPPED, 1, Count.MISSED, 2);
        assertEquals(Map.of("paused by anna@web1", 1L), report.all().reasons());
        assertFalse(report.isWrong() || report.isUnknown());
    }

    @Test
    void aFireThatNothingIsSaidOfIsNotAccountedFor() {
        usual();
        ran(0, 1, "a");
        ran(15, 2, "a");
        ran(45, 3, "a");
        ledger(45, Optional.empty());
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 4, Count.STARTED, 3, Count.UNACCOUNTED, 1);
        assertTrue(report.isWrong());
        assertEquals(at(30), report.findings().get(0).fire().orElseThrow());
        assertTrue(report.findings().get(0).detail().contains("no history says how"), kinds(report));
    }

    @Test
    void whatTheLedgerHasSettledDoesNotWait() {
        now = at(35);
        had("a", -60, 35, Map.of("job", QUARTERLY));
        ran(0, 1, "a");
        ran(15, 2, "a");
        ledger(30, Optional.empty());
        assertCounts(audit(), Count.DUE, 4, Count.STARTED, 2, Count.UNACCOUNTED, 1, Count.WAITING, 1);
    }

    @Test
    void aJobThatNobodyEverClaimedIsNoticed() {
        usual();
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 4, Count.UNACCOUNTED, 4);
        assertTrue(report.findings().get(0).detail().contains("no host has ever claimed"), kinds(report));
    }

    @Test
    void aLedgerThatCannotBeReadIsNamed() {
        usual();
        problems.put("job", "torn");
        assertTrue(audit().findings().get(0).detail().contains("torn"));
    }

    @Test
    void twoStartsOfOneFireAreFound() {
        usual();
        allRan();
        ran(30, 9, "b", Outcome.SUCCEEDED, 32, 33);
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 4, Count.STARTED, 3, Count.DOUBLED, 1);
        assertTrue(report.isWrong());
        assertTrue(
                report.findings().get(0).detail().contains("b with token 9"),
                report.findings().toString());
    }

    @Test
    void aRerunOfALostRunIsNotADoubledStartWhereTheDefinitionAsksForIt() {
        for (boolean rerun : List.of(true, false)) {
            AuditTest one = new AuditTest();
            one.had("a", -60, 120, Map.of("job", new Entry("every 900s", false, rerun)));
            one.allRan();
            one.ran(30, 9, "b", Outcome.SUCCEEDED, 33, 34);
            AuditReport doubled = one.audit();
            assertCounts(doubled, Count.DUE, 4, Count.STARTED, 3, Count.DOUBLED, 1);

            AuditTest other = new AuditTest();
            other.had("a", -60, 120, Map.of("job", new Entry("every 900s", false, rerun)));
            other.ran(0, 1, "a");
            other.ran(15, 2, "a");
            other.ran(45, 5, "a");
            other.ran(30, 3, "a", Outcome.LOST, 30, 32);
            other.ran(30, 4, "b", Outcome.FAILED, 33, 34);
            AuditReport report = other.audit();
            if (rerun) {
                assertCounts(report, Count.DUE, 4, Count.STARTED, 4, Count.RERUN, 1);
                assertEquals(1, report.all().ends().get(Outcome.FAILED));
            } else {
                assertCounts(report, Count.DUE, 4, Count.STARTED, 3, Count.DOUBLED, 1);
            }
        }
    }

    @Test
    void twoRunsAtOnceAreFoundAlsoOnesThatPeopleAskedFor() {
        usual();
        allRan();
        recorded.add(line(20, 1, Outcome.SUCCEEDED, RunOrigin.MANUAL, "b", 7, 29, 31, ""));
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 4, Count.STARTED, 4, Count.OVERLAPPING, 1);
        assertEquals("overlapping", kinds(report));
    }

    @Test
    void whatPeopleRanBesidesIsCountedForEachOfThem() {
        usual();
        allRan();
        HistoryLine again = line(15, 1, Outcome.SUCCEEDED, RunOrigin.MANUAL, "b", 7, 32, 33, "");
        recorded.add(again);
        recorded.add(again); // ledger and history have it
        recorded.add(line(-500, 1, Outcome.SUCCEEDED, RunOrigin.MANUAL, "b", 8, 34, 35, ""));
        recorded.add(line(-500, 1, Outcome.SUCCEEDED, RunOrigin.MANUAL, "b", 6, -501, -500, ""));
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 4, Count.STARTED, 4);
        assertEquals(Map.of("somebody", 2L), report.all().byHand());
    }

    @Test
    void aClockThatIsASecondAheadMakesNoOverlap() {
        usual();
        ran(0, 1, "a", Outcome.SUCCEEDED, 0, 15 + 0.9 / 60);
        ran(15, 2, "b");
        ran(30, 3, "a");
        ran(45, 4, "a");
        assertCounts(audit(), Count.DUE, 4, Count.STARTED, 4);
    }

    @Test
    void aRunInProgressIsAStartAndWhatComesDueInTheMeantimeWaits() {
        usual();
        ran(0, 1, "a");
        ledger(0, running(15, 2, 15));
        assertCounts(audit(), Count.DUE, 4, Count.STARTED, 1, Count.RUNNING, 1, Count.WAITING, 2);
    }

    @Test
    void aFireThatMayStillBeStartedWaits() {
        now = at(50);
        had("a", -60, 50, Map.of("job", QUARTERLY));
        ran(0, 1, "a");
        ran(15, 2, "a");
        ran(30, 3, "a");
        ledger(30, Optional.empty());
        assertCounts(audit(), Count.DUE, 4, Count.STARTED, 3, Count.WAITING, 1);
    }

    @Test
    void whatCameDueWhileNoHostWasUpIsOwed() {
        had("a", -600, -500, Map.of("job", QUARTERLY));
        had("a", 50, 120, Map.of("job", QUARTERLY));
        unrun(0, 4, Outcome.MISSED, "");
        assertCounts(audit(), Count.DUE, 4, Count.MISSED, 4);
    }

    @Test
    void onlyWhatWasInForceThenIsDue() {
        had("a", -60, 20, Map.of("job", QUARTERLY));
        had("a", 20, 120, Map.of("job", new Entry("every 600s", false, false)));
        ran(0, 1, "a");
        ran(15, 2, "a");
        ran(20 + 10, 3, "a");
        ran(40, 4, "a");
        ran(50, 5, "a");
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 6, Count.STARTED, 5, Count.CHANGING, 1);
        assertFalse(report.isWrong() || report.isUnknown(), "20:00 is the moment of the change");
    }

    @Test
    void aJobThatWasTakenOutOwesNothing() {
        had("a", -60, 20, Map.of("job", QUARTERLY));
        had("a", 20, 120, Map.of("other", new Entry("every 86400s", false, false)));
        ran(0, 1, "a");
        ran(15, 2, "a");
        assertCounts(audit(), Count.DUE, 2, Count.STARTED, 2);
    }

    @Test
    void whileHostsChangeOneAfterTheOtherEitherIsRight() {
        had("a", -60, 14, Map.of("job", QUARTERLY));
        had("a", 14, 120, Map.of());
        had("b", -60, 16, Map.of("job", QUARTERLY));
        had("b", 16, 120, Map.of());
        ran(0, 1, "a");
        assertCounts(audit(), Count.DUE, 2, Count.STARTED, 1, Count.CHANGING, 1);
    }

    @Test
    void hostsThatDifferForLongLeaveItOpenWhatWasDue() {
        had("a", -60, 120, Map.of("job", QUARTERLY));
        had("b", -60, 120, Map.of());
        ran(0, 1, "a");
        ran(15, 2, "a");
        ran(30, 3, "a");
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 4, Count.STARTED, 3, Count.UNKNOWN, 1);
        assertTrue(report.isUnknown() && !report.isWrong());
    }

    @Test
    void nothingIsToldOfATimeWithoutDefinitions() {
        had("a", 40, 120, Map.of("job", QUARTERLY));
        allRan();
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 1, Count.STARTED, 1, Count.UNKNOWN, 3);
        assertEquals("unknown", kinds(report));
        assertTrue(report.isUnknown() && !report.isWrong());
    }

    @Test
    void aFleetThatWasNotThereYetOwesNothing() {
        had("a", 40, 120, Map.of("job", QUARTERLY));
        ran(45, 1, "a");
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 1, Count.STARTED, 1);
        assertFalse(report.isUnknown());
    }

    @Test
    void aTimetableThatIsGoneOrChangedIsMissed() {
        usual();
        allRan();
        timetables.clear();
        AuditReport report = audit();
        assertTrue(report.isUnknown() && !report.isWrong(), kinds(report));
    }

    @Test
    void aStartThatNoDefinitionOnRecordExplainsIsNamed() {
        usual();
        allRan();
        ran(20, 9, "b", Outcome.SUCCEEDED, 20, 21);
        AuditReport report = audit();
        assertEquals("unknown", kinds(report));
        assertEquals(at(20), report.findings().get(0).fire().orElseThrow());
    }

    @Test
    void firesAtBootAreDueWhenTheyWere() {
        had("a", 8, 30, Map.of("job", new Entry("@reboot", true, false)));
        had("a", 35, 120, Map.of("job", new Entry("@reboot", true, false)));
        ran(7, 1, "a"); // the host is up before its agent is
        ran(33, 2, "a");
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 2, Count.STARTED, 2);
        assertFalse(report.isUnknown());
    }

    @Test
    void historyThatWasRemovedIsNotHeldAgainstTheFleet() {
        usual();
        keptFrom = Optional.of(at(20));
        ran(30, 3, "a");
        ran(45, 4, "a");
        ledger(45, Optional.empty());
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 4, Count.STARTED, 2, Count.UNKNOWN, 2);
        assertTrue(report.isUnknown() && !report.isWrong());
    }

    @Test
    void aJobOfEachHostIsDueOnEachHostThatWasUp() {
        Map<String, Entry> everywhere = Map.of("job", new Entry("every 900s", true, false));
        had("a", -60, 120, everywhere);
        had("b", 20, 120, everywhere);
        allRan();
        ran(30, 1, "b");
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 6, Count.STARTED, 5, Count.UNACCOUNTED, 1);
        assertTrue(
                report.findings().get(0).detail().contains("due on b"),
                report.findings().toString());
        busy.put("b", Set.of("job"));
        assertCounts(audit(), Count.DUE, 6, Count.STARTED, 5, Count.WAITING, 1);
    }

    @Test
    void ofAHostThatIsGoneItCannotBeTold() {
        had("a", -60, 120, Map.of("job", new Entry("every 900s", true, false)));
        ran(0, 1, "a");
        ran(15, 2, "a");
        lastSigns.put("a", at(32));
        AuditReport report = audit();
        assertCounts(report, Count.DUE, 3, Count.STARTED, 2, Count.UNKNOWN, 1);
        assertEquals(Kind.UNKNOWN, report.findings().get(0).kind());
    }

    @Test
    void manyThousandsAreCountedAndTheFirstFindingsKept() {
        had("a", -60, 120, Map.of("job", new Entry("every 1s", false, false)));
        AuditReport report = audit();
        assertEquals(3600, report.all().of(Count.UNACCOUNTED));
        assertEquals(1000, report.findings().size());
        assertEquals(2600, report.moreFindings());
    }
}
