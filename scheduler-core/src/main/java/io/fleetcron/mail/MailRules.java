package io.fleetcron.mail;

import io.fleetcron.config.Mail;
import io.fleetcron.config.Mail.MailOn;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.ClaimDecision;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import java.util.List;

/**
 * Which settlements are worth a mail. A person who ran a job by hand has seen its end; a skipped fire had no run, and
 * its job is going on; a lost run that is started again is reported when that one ends. Pure functions.
 */
public final class MailRules {

    private MailRules() {}

    /** What of a decision may be worth one, rows of fires that never ran as one. */
    public static List<Settlement> toTell(ClaimDecision decision) {
        return Settlement.rows(decision.settled()).stream()
                .filter(settled -> settled.trigger() == RunOrigin.SCHEDULE && settled.outcome() != Outcome.SKIPPED)
                .filter(settled -> !startedAgain(settled, decision))
                .toList();
    }

    private static boolean startedAgain(Settlement settled, ClaimDecision decision) {
        return settled.outcome() == Outcome.LOST
                && decision.start()
                        .filter(start -> start.fire().equals(settled.fire()))
                        .isPresent();
    }

    /** Whether the job wants to know of such an end. */
    public static boolean wanted(Mail mail, Outcome outcome, boolean wroteAnything) {
        return outcome != Outcome.SUCCEEDED
                || mail.on() == MailOn.ALWAYS
                || (mail.on() == MailOn.OUTPUT && wroteAnything);
    }
}
