package io.fleetcron.agent;

import io.fleetcron.fleet.SharedLayout;
import java.io.IOException;

/** A ledger that cannot be trusted. Its job is not started until a person has looked. */
final class CorruptLedgerException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptLedgerException(String job, String reason) {
        super("the ledger of job " + job + " cannot be trusted: " + reason + ". The job is not started. Put the right "
                + SharedLayout.lockName(job) + " back in place; if there is none, `fleetcron history " + job
                + "` shows what ran, and `fleetcron settle " + job
                + " --to TIME` lets the job start again with its first fire after that time");
    }
}
