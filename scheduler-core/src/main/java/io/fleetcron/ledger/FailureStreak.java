package io.fleetcron.ledger;

import io.fleetcron.fleet.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * What a job's newest scheduled fires came to: how the last one ended, and since when they have been failing. Skipped fires
 * and runs by hand do not count. A pure function of a ledger's recent settlements; every instance that claims the job reads
 * the same. Immutable.
 *
 * @param last the newest fire that counts
 * @param failures the newest of them without a success in between, oldest first; the ledger keeps the first and some of the
 *     last
 */
public record FailureStreak(Optional<Settlement> last, List<Settlement> failures) {

    public FailureStreak {
        failures = List.copyOf(failures);
    }

    /** That of these settlements, oldest first. */
    public static FailureStreak of(List<Settlement> recent) {
        List<Settlement> counting =
                recent.stream().filter(FailureStreak::counts).toList();
        int begin = counting.size();
        while (begin > 0 && !counting.get(begin - 1).outcome().isWell()) {
            begin--;
        }
        Optional<Settlement> last =
                counting.isEmpty() ? Optional.empty() : Optional.of(counting.get(counting.size() - 1));
        return new FailureStreak(last, counting.subList(begin, counting.size()));
    }

    /** That before one fire, or a row of fires. */
    public static FailureStreak before(Settlement settled, List<Settlement> recent) {
        return of(recent.stream()
                .filter(earlier -> earlier.through().isBefore(settled.fire()))
                .toList());
    }

    /** Whether it is a scheduled fire that was to run. */
    public static boolean counts(Settlement settled) {
        return settled.trigger() == RunOrigin.SCHEDULE && settled.outcome() != Outcome.SKIPPED;
    }

    /** Whether the ledger has to remember it for the sake of those that come later. */
    public boolean needs(Settlement settled) {
        return last.filter(settled::equals).isPresent()
                || (!failures.isEmpty() && failures.get(0).equals(settled));
    }
}
