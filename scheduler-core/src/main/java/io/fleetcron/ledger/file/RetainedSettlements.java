package io.fleetcron.ledger.file;

import io.fleetcron.history.HistoryWriter;
import io.fleetcron.ledger.FailureStreak;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.membership.Membership;
import io.fleetcron.storage.StorageException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which settlements a ledger goes on remembering. One leaves only when some history file holds it: this instance's own
 * (its own, or a copy), or its owner's, by the owner's word. So a host that dies before its batch loses nothing. Those stay
 * by which the next claimer knows whether a failure is the first one, or a success a recovery: see {@link FailureStreak}.
 * Thread-safe.
 */
public final class RetainedSettlements {

    private static final int KEEP = 3;

    private final String job;
    private final String settler;
    private final HistoryWriter history;
    private final Membership members;

    public RetainedSettlements(String job, String settler, HistoryWriter history, Membership members) {
        this.job = job;
        this.settler = settler;
        this.history = history;
        this.members = members;
    }

    /** Queues for history what nobody else is there to write: a host that died before its batch loses nothing. */
    public void adopt(LedgerRecord record) {
        record.recent().stream().filter(this::orphaned).forEach(this::inHistory);
    }

    /** The record without the oldest settlements that stand in history and say nothing of what follows. */
    public LedgerRecord kept(LedgerRecord record) {
        FailureStreak streak = FailureStreak.of(record.recent());
        int surplus = record.recent().size() - KEEP;
        List<Settlement> kept = new ArrayList<>();
        for (Settlement settlement : record.recent()) {
            boolean mayLeave = surplus-- > 0;
            if (!mayLeave || streak.needs(settlement) || !inHistory(settlement)) {
                kept.add(settlement);
            }
        }
        return record.withRecent(kept);
    }

    /** Sees to it that all of the record's settlements stand in history. Blocks on storage. */
    public void makeDurable(LedgerRecord record) throws StorageException {
        record.recent().forEach(this::inHistory);
        history.flush();
    }

    /** Its writer is not there any more, or it was this instance in an earlier life. */
    private boolean orphaned(Settlement settlement) {
        return settlement.settledBy().equals(settler) || !members.isLive(settlement.settledBy());
    }

    private boolean inHistory(Settlement settlement) {
        HistoryLine line = new HistoryLine(job, settlement);
        boolean owners =
                !settlement.settledBy().equals(settler) && members.flushed(settlement.settledBy(), settlement.ended());
        if (owners || history.holds(line)) {
            return true;
        }
        // A line that is written twice is merged by readers.
        history.add(line);
        return false;
    }
}
