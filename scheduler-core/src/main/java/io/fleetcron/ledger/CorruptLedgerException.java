package io.fleetcron.ledger;

import io.fleetcron.fleet.SharedLayout;
import java.io.IOException;
import java.time.Instant;

/** A ledger that cannot be trusted. Its job is not started until a person has looked. */
public final class CorruptLedgerException extends IOException {
    private static final long serialVersionUID = 1L;

    public CorruptLedgerException(String job, String reason) {
        this("the ledger of job " + job + " cannot be trusted: " + reason + ". The job is not started. Put the right "
                + SharedLayout.lockName(job) + " back in place; if there is none, `fleetcron history " + job
                + "` shows what ran, and `fleetcron settle " + job
                + " --to TIME` lets the job start again with its first fire after that time");
    }

    private CorruptLedgerException(String message) {
        super(message);
    }

    /**
     * Of one that was written by a clock that was ahead.
     *
     * @param now the fleet's time
     */
    public static CorruptLedgerException ahead(LedgerRecord record, Instant now) {
        Instant upTo = record.run()
                .map(CurrentRun::started)
                .filter(started -> started.isAfter(record.settled()))
                .orElse(record.settled());
        return new CorruptLedgerException("the ledger of job " + record.job() + " is ahead of the fleet's time: it was"
                + " written up to " + upTo + ", and it is " + now
                + ". The clock of the file server was ahead then. The job"
                + " is not started before that time; if the clock is right now, `fleetcron settle " + record.job()
                + " --to now` lets it start again with its next fire");
    }
}
