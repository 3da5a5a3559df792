package io.fleetcron.ledger.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.RunResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class RunResultsTest {

    private static final Instant FIRE = Instant.parse("2026-03-01T03:00:00Z");
    private static final CurrentRun RUN =
            new CurrentRun(FIRE, 7, RunOrigin.SCHEDULE, "a", "a", 1, FIRE.plusSeconds(1), 0);

    @Test
    void anExitRecordCountsForItsOwnRunOnly() {
        assertEquals(
                Optional.of(Outcome.SUCCEEDED),
                RunResults.read(exit(7, FIRE.plusSeconds(5)), RUN)
                        .map(result -> result.end().outcome()));
        assertEquals(
                Optional.of(FIRE),
                RunResults.read(exit(7, FIRE.plusSeconds(5)), RUN).map(RunResult::fire));
        assertEquals(Optional.empty(), RunResults.read(exit(6, FIRE.plusSeconds(5)), RUN));
        assertEquals(
                Optional.empty(),
                RunResults.read(exit(7, FIRE.minusSeconds(3600)), RUN),
                "it ended before that run began: an older run under the same token");
    }

    @Test
    void aRecordThatNamesItsFireIsOfThatFireAlone() {
        Instant ended = FIRE.plusSeconds(5);
        assertEquals(
                Optional.of(FIRE), RunResults.read(exit(7, ended, FIRE), RUN).map(RunResult::fire));
        assertEquals(Optional.empty(), RunResults.read(exit(7, ended, FIRE.minusSeconds(60)), RUN));
    }

    @Test
    void theEndOfAVanishedRunIsInTheFleetsTime() {
        Instant wrong = FIRE.plusSeconds(9999);
        RunEnd vanished = new RunEnd(Outcome.LOST, OptionalInt.empty(), 1, wrong);
        assertEquals(FIRE, RunResults.inFleetTime(vanished, () -> FIRE).ended());
        RunEnd reported = new RunEnd(Outcome.FAILED, OptionalInt.of(1), 1, wrong);
        assertEquals(wrong, RunResults.inFleetTime(reported, () -> FIRE).ended());
    }

    private static byte[] exit(long token, Instant ended, Instant fire) {
        return exit(token, "\"job\":\"job\",\"fire\":\"" + fire + "\",", ended);
    }

    /** As the supervisor before this one wrote it: without job and fire. */
    private static byte[] exit(long token, Instant ended) {
        return exit(token, "", ended);
    }

    private static byte[] exit(long token, String run, Instant ended) {
        byte[] file = new byte[LedgerLayout.SIZE];
        Arrays.fill(file, (byte) ' ');
        byte[] line = ("{\"token\":" + token + "," + run + "\"how\":\"succeeded\",\"exit\":0,\"attempts\":1,\"ended\":"
                        + ended.toEpochMilli() + ",\"ok\":1}")
                .getBytes(StandardCharsets.UTF_8);
        System.arraycopy(line, 0, file, LedgerLayout.EXIT, line.length);
        file[file.length - 1] = '\n';
        return file;
    }
}
