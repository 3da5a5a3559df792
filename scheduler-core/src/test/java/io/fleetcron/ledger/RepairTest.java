package io.fleetcron.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.Repair.Known;
import io.fleetcron.ledger.Repair.Refused;
import io.fleetcron.ledger.Repair.Settled;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RepairTest {

    private static final JobDefinition JOB = Jobs.job(100, Overlap.SKIP, CatchUpPolicy.ALL, 1000, OnLost.RERUN);

    @Test
    void aLedgerThatIsAheadGoesBackToNow() {
        LedgerRecord ahead = LedgerRecord.first(JOB, at(4000)).next();
        Settled settled = settled(new LedgerState.Valid(ahead), known(1, 0, Optional.of(at(300))), 450);
        assertEquals(at(450), settled.record().settled());
        assertEquals(2, settled.record().sequence());
        assertEquals(0, settled.record().token());
        assertEquals(JOB.scheduleHash(), settled.record().schedule());
    }

    /** No instance that has seen more than this one may find that the new record goes backwards, and no token comes twice. */
    @ParameterizedTest
    @CsvSource({"blank", "corrupt", "older"})
    void aLostLedgerBeginsBeyondAllThatAnyInstanceCanHaveSeen(String found) {
        LedgerState decoded = switch (found) {
            case "blank" -> new LedgerState.Blank();
            case "corrupt" -> new LedgerState.Corrupt("torn");
            default -> new LedgerState.Valid(LedgerRecord.first(JOB, at(100)));
        };
        Settled settled = settled(decoded, known(57, 40, Optional.of(at(300))), 450);
        assertTrue(settled.record().sequence() > 57 + 100_000);
        assertTrue(settled.record().token() > 40 + 100);
    }

    @Test
    void aRunThatIsRecordedAsStartedIsSettledAndNotOwed() {
        LedgerRecord running = LedgerRecord.first(JOB, at(100))
                .claimed(at(200), RunOrigin.SCHEDULE, "a", "a", 1, at(200), 0)
                .next();
        Settled settled = settled(new LedgerState.Valid(running), known(1, 1, Optional.empty()), 450);
        assertEquals(Optional.empty(), settled.record().run());
        assertEquals(Optional.empty(), settled.record().owed());
        assertEquals(
                List.of(Outcome.LOST, Outcome.MISSED),
                settled.lines().stream().map(Settlement::outcome).toList());
    }

    /** Else nothing would ever say what became of them. */
    @Test
    void whatWasOpenIsMissedWithTheReason() {
        LedgerRecord old = LedgerRecord.first(JOB, at(100)).next();
        List<Settlement> lines = settled(new LedgerState.Valid(old), known(1, 0, Optional.of(at(200))), 450)
                .lines();
        assertEquals(1, lines.size(), lines.toString());
        assertEquals(
                List.of(at(300), at(400), 2L, Outcome.MISSED, Optional.of(Repair.BY_HAND)),
                List.of(
                        lines.get(0).fire(),
                        lines.get(0).through(),
                        lines.get(0).count(),
                        lines.get(0).outcome(),
                        lines.get(0).reason()));
    }

    @Test
    void ofALedgerThatIsNotToBeBelievedNobodyKnowsWhatWasOpen() {
        LedgerRecord older = LedgerRecord.first(JOB, at(100));
        assertEquals(
                List.of(),
                settled(new LedgerState.Valid(older), known(57, 40, Optional.empty()), 450)
                        .lines());
    }

    @Test
    void aRequestThatWasClaimedStaysClaimed() {
        ManualRequest request = new ManualRequest(new Asked("anna@web1", at(200), ""), List.of(), Optional.of("4711"));
        LedgerRecord running = LedgerRecord.first(JOB, at(100))
                .claimedByHand(at(200), request, Optional.of(at(800)), "a", "a", 1, at(200))
                .next();
        assertTrue(settled(new LedgerState.Valid(running), known(1, 1, Optional.empty()), 450)
                .record()
                .hasTaken("4711"));
    }

    @ParameterizedTest
    @CsvSource({"450,300,would run again,290", "450,300,or later,299", "450,500,Wait until then,450", "450,,future,460"
    })
    void refusesWhatWouldStartAFireAgain(int now, Integer ran, String words, int to) {
        Refused refused = assertInstanceOf(
                Refused.class,
                Repair.settle(
                        new LedgerState.Blank(),
                        Optional.empty(),
                        JOB,
                        known(9, 9, Optional.ofNullable(ran).map(RepairTest::at)),
                        at(to),
                        at(now),
                        "b"));
        assertTrue(refused.reason().contains(words), refused.reason());
    }

    /** What nobody knows of a lost ledger is not started a second time. */
    @ParameterizedTest
    @CsvSource({"blank,1,true", "corrupt,1,true", "older,1,true", "sound,1,false", "blank,-299,true", "blank,-301,false"
    })
    void underALedgerThatIsNotToBeBelievedEveryRequestMayHaveBeenClaimed(String found, int left, boolean taken) {
        LedgerRecord old = LedgerRecord.first(JOB, at(100)).next();
        LedgerState decoded = switch (found) {
            case "blank" -> new LedgerState.Blank();
            case "corrupt" -> new LedgerState.Corrupt("torn");
            default -> new LedgerState.Valid(old);
        };
        long seen = found.equals("sound") ? old.sequence() : old.sequence() + 1;
        Known known = new Known(seen, 0, Optional.empty(), List.of(new TakenRequest("4711", at(450 + left))));
        assertEquals(taken, settled(decoded, known, 450).record().hasTaken("4711"));
    }

    private static Known known(long sequence, long token, Optional<Instant> ran) {
        return new Known(sequence, token, ran, List.of());
    }

    private static Settled settled(LedgerState found, Known known, int to) {
        Settled settled = assertInstanceOf(
                Settled.class, Repair.settle(found, Optional.empty(), JOB, known, at(to), at(450), "b"));
        assertTrue(LedgerCodec.encode(settled.record()).isPresent());
        return settled;
    }

    private static Instant at(int second) {
        return Instant.ofEpochSecond(second);
    }
}
