package io.fleetcron.virtual;

import io.fleetcron.virtual.VirtualFleet.Plan;
import io.fleetcron.virtual.VirtualFleet.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From a plan that fails to a smaller one that fails as well: the fewest troubles, jobs, instances and fires. */
final class Shrinking {
    /** Fires after the first problem that it may take to show. */
    private static final int AFTER = 50;

    /** A simulation takes some time before and after its fires, as if it had so many. */
    private static final int LEAST = 500;

    private Plan least;
    private Result failed;
    private long budget;

    private Shrinking(Plan plan, Result failed, long budget) {
        this.least = plan;
        this.failed = failed;
        this.budget = budget;
    }

    /**
     * Looks for one.
     *
     * @param plan one that fails
     * @param failed how
     * @param budget how many fires may be simulated for it
     */
    static Plan of(Plan plan, Result failed, long budget) {
        Shrinking shrinking = new Shrinking(plan, failed, budget);
        while (shrinking.step()) {
            // once more: what was needed before may not be now
        }
        return shrinking.least;
    }

    private boolean step() {
        boolean smaller = attempt(least.withFires(Math.min(least.fires() - 1, failed.untilFirst() + AFTER)));
        for (Fault fault : least.faults()) {
            List<Fault> others = new ArrayList<>(least.faults());
            others.remove(fault);
            smaller |= attempt(least.withFaults(others));
        }
        smaller |= attempt(least.withJobs(least.jobs() / 2));
        smaller |= attempt(least.withInstances(least.instances() / 2));
        return dropTroubles() || smaller;
    }

    /** Leaves out halves of what goes wrong, then quarters, and so on. */
    private boolean dropTroubles() {
        boolean smaller = false;
        int piece = Math.max(1, failed.troubles().size() / 2);
        while (piece > 0) {
            int at = 0;
            while (at < failed.troubles().size()) {
                List<String> rest = new ArrayList<>(failed.troubles());
                rest.subList(at, Math.min(at + piece, rest.size())).clear();
                if (attempt(least.withOnly(rest))) {
                    smaller = true;
                } else {
                    at += piece;
                }
            }
            piece /= 2;
        }
        return smaller;
    }

    private boolean attempt(Plan smaller) {
        boolean possible = smaller.fires() > 0 && smaller.jobs() > 0 && smaller.instances() > 0;
        int cost = Math.max(smaller.fires(), LEAST);
        if (!possible || smaller.equals(least) || cost > budget) {
            return false;
        }
        budget -= cost;
        Result result = VirtualFleet.once(smaller, share -> {});
        if (result.verdict().isGood()) {
            return false;
        }
        least = smaller;
        failed = result;
        return true;
    }

    /** What is left of the named troubles. */
    static Optional<List<String>> parse(String names) {
        return Optional.of(names.equals("none") ? List.of() : List.of(names.split(",", -1)));
    }
}
