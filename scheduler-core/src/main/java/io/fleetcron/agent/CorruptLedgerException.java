package io.fleetcron.agent;

import io.fleetcron.fleet.SharedLayout;
import java.io.IOException;

/** A ledger that cannot be trusted. Its job is not started until a person has looked. */
final class CorruptLedgerException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptLedgerException(String job, String reason) {
        super("the ledger of job " + job + " cannot be trusted: " + reason + ". The job is not started. If `fleetcron"
                + " history " + job + "` shows that nothing is owed, stop all agents, move "
                + SharedLayout.lockName(job)
                + " away and start them: the job then begins anew");
    }
}
