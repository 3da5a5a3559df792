package io.fleetcron.membership;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Since when a schedule has been in force, by what instances wrote down. A pure function. */
final class ScheduleOrigin {

    private ScheduleOrigin() {}

    /**
     * What one instance had for a time.
     *
     * @param same whether it was the schedule in question
     */
    record Had(Instant since, Instant until, boolean same) {}

    /**
     * The earliest time since which some instance has had the schedule without a break. While an instance was down, it
     * still had what it had before, unless another one had something else then.
     *
     * @param own since when the asking instance has it
     * @param instances what each had until then, oldest first
     * @return not after {@code own}
     */
    static Instant of(Instant own, Collection<List<Had>> instances) {
        return instances.stream()
                .map(had -> of(own, had, instances))
                .min(Instant::compareTo)
                .filter(own::isAfter)
                .orElse(own);
    }

    private static Instant of(Instant own, List<Had> had, Collection<List<Had>> instances) {
        Instant since = own;
        for (int i = had.size() - 1; i >= 0; i--) {
            Had before = had.get(i);
            if (!before.same || isOtherwise(before.until, since, instances)) {
                return since;
            }
            since = before.since;
        }
        return since;
    }

    private static boolean isOtherwise(Instant from, Instant to, Collection<List<Had>> instances) {
        return instances.stream()
                .flatMap(List::stream)
                .anyMatch(had -> !had.same && had.since.isBefore(to) && had.until.isAfter(from));
    }
}
