package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.agent.Audit.Outage;
import io.fleetcron.agent.TestFleet.Witness;
import io.fleetcron.ledger.HistoryLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judge of the other tests fails on what must not happen, and on nothing else. */
final class AuditTest {

    private static final Instant T = Instant.parse("2026-05-01T00:00:00Z");
    private static final Set<String> INSTANCES = Set.of("a", "b");
    private static final Set<String> JOBS = Set.of("job-0", "job-1");

    private final List<Witness> witnesses = new ArrayList<>();
    private final List<HistoryLine> history = new ArrayList<>();
    private final List<Outage> outages = new ArrayList<>();

    /** Two jobs every second, each fire run in time. */
    @BeforeEach
    void aSoundHistory() {
        for (int second = 1; second <= 10; second++) {
            for (String job : JOBS) {
                ran(job, second, second, "a", 50);
                settled(job, second, second, "a", "succeeded");
            }
        }
    }

    @Test
    void aSoundHistoryHolds() {
        assertEquals(List.of(), judged());
    }

    @Test
    void aLostRunIsExcusedByADeathBetweenClaimAndCommandAlone() {
        replace("job-0", 5, 5, "b", "lost");
        witnesses.removeIf(w -> w.job().equals("job-0") && w.fire().equals(at(5)));
        assertEquals(1, judged().size(), "nobody was killed");

        outages.add(new Outage("a", at(5), at(7)));
        assertEquals(1, judged().size(), "another one was killed");
        outages.add(new Outage("b", at(8), at(9)));
        assertEquals(1, judged().size(), "killed after it was settled");
        outages.add(new Outage("b", at(5).plusMillis(20), at(6)));
        assertEquals(List.of(), judged());

        ran("job-0", 5, 5, "b", 50);
        assertEquals(1, judged().size(), "its command had begun, and nobody ends commands");
    }

    @Test
    void aMissedFireIsExcusedIfNoInstanceWasUp() {
        replace("job-0", 5, 4, "a", "missed");
        witnesses.removeIf(w -> w.job().equals("job-0") && w.fire().equals(at(5)));
        assertEquals(1, judged().size(), "both were up");
        outages.add(new Outage("a", at(5).plusMillis(100), at(8)));
        assertEquals(1, judged().size(), "one was up");
        outages.add(new Outage("b", at(6), at(7)));
        assertEquals(1, judged().size(), "it died when it was too late already");
        outages.add(new Outage("b", at(3), at(5).plusMillis(1)));
        assertEquals(List.of(), judged());
    }

    @Test
    void aMissedFireIsExcusedIfNothingStartsInTime() {
        replace("job-0", 5, 4, "a", "missed");
        witnesses.removeIf(w -> w.job().equals("job-0") && w.fire().equals(at(5)));
        assertEquals(1, judged().size(), "the other job had its time");
        witnesses.removeIf(w -> !w.fire().isBefore(at(4)) && !w.fire().isAfter(at(6)));
        for (int second = 4; second <= 6; second++) {
            ran("job-1", second, second, "a", 700);
        }
        assertEquals(
                List.of(),
                judged().stream().filter(what -> what.startsWith("missed")).toList());
    }

    @Test
    void doubleStartsOverlapsAndSilenceAreFound() {
        ran("job-0", 5, 6, "b", 60);
        history.removeIf(
                line -> line.job().equals("job-1") && line.settlement().fire().equals(at(3)));
        List<String> found = judged();
        for (String what :
                List.of("started 2 times", "token did not grow", "unaccounted: job-1", "history is silent")) {
            assertEquals(true, found.stream().anyMatch(text -> text.contains(what)), what + ": " + found);
        }
    }

    private List<String> judged() {
        return new Audit(witnesses, history)
                .startedOnce()
                .noOverlap()
                .everyFireSettled(JOBS, 1, at(0), at(10))
                .agree(at(10))
                .lostOnlyBy(outages)
                .missedOnlyWithout(INSTANCES, outages, JOBS, 1, at(0), at(10))
                .violations;
    }

    private static Instant at(int second) {
        return T.plusSeconds(second);
    }

    private void ran(String job, int second, long token, String instance, int late) {
        Instant start = at(second).plusMillis(late);
        witnesses.add(new Witness(job, at(second), token, instance, start, Optional.of(start.plusMillis(5))));
    }

    private void replace(String job, int second, long token, String instance, String outcome) {
        history.removeIf(
                line -> line.job().equals(job) && line.settlement().fire().equals(at(second)));
        settled(job, second, token, instance, outcome);
    }

    private void settled(String job, int second, long token, String instance, String outcome) {
        String started =
                outcome.equals("missed") ? "" : "\"started\":\"" + at(second).plusMillis(10) + "\",";
        history.add(HistoryLine.parse("{\"job\":\"" + job + "\",\"fire\":\"" + at(second) + "\",\"outcome\":\""
                        + outcome + "\",\"instance\":\"" + instance + "\",\"token\":" + token
                        + ",\"attempts\":1," + started + "\"ended\":\"" + at(second + 2) + "\"}")
                .orElseThrow());
    }
}
