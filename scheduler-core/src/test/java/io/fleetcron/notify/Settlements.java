package io.fleetcron.notify;

import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Settlement;
import java.time.Instant;

/** Settlements as lines of history have them. */
final class Settlements {

    static final Instant BEGIN = Instant.parse("2026-03-01T03:00:00Z");

    private Settlements() {}

    /** Of the fire of that minute after {@link #BEGIN}. */
    static Settlement at(int minute, String outcome) {
        return line("payroll", minute, outcome, "").settlement();
    }

    static Settlement byHand(int minute, String outcome) {
        return line("payroll", minute, outcome, ",\"trigger\":\"manual\"").settlement();
    }

    static HistoryLine line(String job, int minute, String outcome, String more) {
        Instant fire = BEGIN.plusSeconds(60L * minute);
        String exit = outcome.equals("failed") ? ",\"exit\":4" : "";
        String json = "{\"job\":\"" + job + "\",\"fire\":\"" + fire + "\",\"outcome\":\"" + outcome
                + "\",\"instance\":\"a\",\"token\":" + (Math.abs(minute) + 1) + ",\"attempts\":1,\"started\":\"" + fire
                + "\",\"ended\":\"" + fire.plusSeconds(5) + "\"" + exit + more + "}";
        return HistoryLine.parse(json).orElseThrow(() -> new AssertionError(json));
    }
}
