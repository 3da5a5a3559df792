package io.fleetcron.notify;

import io.fleetcron.config.Notices.On;
import io.fleetcron.config.Notices.Rule;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.FailureStreak;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.notify.Notice.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who is notified of what. Pure functions of a settlement and of what the ledger says of the fires before it. */
final class NoticeRules {

    private NoticeRules() {}

    /** What a settlement means after those before it. */
    static Event event(Settlement settled, FailureStreak before) {
        if (settled.outcome() != Outcome.SUCCEEDED) {
            return Event.FAILURE;
        }
        return before.failures().isEmpty() ? Event.SUCCESS : Event.RECOVERY;
    }

    /** Whether a receiver wants to know of a settlement that counts. */
    static boolean wanted(Rule rule, Settlement settled, FailureStreak before) {
        return switch (event(settled, before)) {
            case SUCCESS -> rule.on().contains(On.ALWAYS);
            case RECOVERY -> rule.on().contains(On.ALWAYS) || rule.on().contains(On.RECOVERY);
            case LATE -> throw new IllegalStateException("no settlement is late");
            case FAILURE ->
                matches(rule.on(), settled, before.failures().isEmpty()) && !isQuiet(rule, settled, before.failures());
        };
    }

    /** Whether a receiver wants to know of a job that is late. */
    static boolean wantsLate(Rule rule) {
        return rule.on().contains(On.LATE) || rule.on().contains(On.ALWAYS);
    }

    /**
     * Whether a settlement that somebody was about to record is on record. What the ledger remembers no more, but has settled, is
     * taken to be.
     */
    static boolean isRecorded(Settlement settled, LedgerRecord record) {
        List<Settlement> about = record.recent().stream()
                .filter(known -> !known.fire().isAfter(settled.fire())
                        && !known.through().isBefore(settled.through())
                        && known.trigger() == settled.trigger())
                .toList();
        return about.isEmpty()
                ? !record.settled().isBefore(settled.through())
                : about.stream()
                        .anyMatch(known -> known.outcome() == settled.outcome() && known.token() == settled.token());
    }

    private static boolean matches(Set<On> on, Settlement failed, boolean first) {
        return on.contains(On.ALWAYS)
                || on.contains(On.FAILURE)
                || (on.contains(On.FIRST_FAILURE) && first)
                || (on.contains(On.LOST) && failed.outcome() == Outcome.LOST)
                || (on.contains(On.MISSED) && failed.outcome() == Outcome.MISSED);
    }

    /**
     * Whether the receiver has been notified of this row of failures in the same span of quiet time. The spans follow each
     * other from the first failure on, so that hosts agree on them without any record of what was sent.
     */
    private static boolean isQuiet(Rule rule, Settlement failed, List<Settlement> failures) {
        if (rule.repeatAfter().isEmpty() || failures.isEmpty()) {
            return false;
        }
        Duration quiet = rule.repeatAfter().get();
        Instant first = failures.get(0).fire();
        Optional<Settlement> notified = failures.stream()
                .filter(earlier -> matches(rule.on(), earlier, earlier.equals(failures.get(0))))
                .reduce((a, b) -> b);
        return notified.filter(last -> span(first, last.through(), quiet) == span(first, failed.through(), quiet))
                .isPresent();
    }

    private static long span(Instant first, Instant at, Duration length) {
        return Duration.between(first, at).dividedBy(length);
    }
}
