package io.fleetcron.mail;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.Settlement;

/** What there is to tell in one line, for subjects and chats. */
public final class Headline {

    private Headline() {}

    /**
     * A settled fire.
     *
     * @param host where it ran, or who settled it if it did not run
     */
    public static String of(String job, Settlement settled, String host) {
        String what = job + " " + settled.outcome().word();
        if (settled.count() > 1) {
            return what + ": " + settled.count() + " fires from " + settled.fire() + " to " + settled.through();
        }
        String exit = settled.exit().isPresent() && settled.outcome() == Outcome.FAILED
                ? " (exit status " + settled.exit().getAsInt() + ")"
                : "";
        return what + exit + " on " + host + ", fire " + settled.fire();
    }

    /**
     * A job that is late.
     *
     * @param what is late
     */
    public static String late(String job, String what) {
        return job + " is late: " + what;
    }
}
