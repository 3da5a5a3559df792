package io.fleetcron.audit;

import io.fleetcron.fleet.InForce;
import io.fleetcron.fleet.Timetable;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LeftOut;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is known about one fire.
 *
 * @param job the job's name
 * @param asked the time that is asked about; empty for the newest that was due
 * @param now the fleet's time
 * @param everywhere whether each host runs the job
 * @param late how long after its scheduled time a fire may be started
 * @param unreachable why the shared directory could not be read, if so: then nothing else is known
 * @param journals the lines of each instance
 * @param timetables those that could be read, by name
 * @param recorded what history and ledger say
 * @param ledger the job's ledger, if the fleet has one
 * @param problem why the ledger cannot be trusted, if so
 * @param instances who is or was there
 * @param leftOut what people or the definition leave out from now on
 */
public record WhyInput(
        String job,
        Optional<Instant> asked,
        Instant now,
        boolean everywhere,
        Duration late,
        Optional<String> unreachable,
        Map<String, List<InForce>> journals,
        Map<String, Timetable> timetables,
        Recorded recorded,
        Optional<LedgerRecord> ledger,
        Optional<String> problem,
        List<Present> instances,
        LeftOut leftOut) {

    /** Of a job of which nothing can be read. */
    public static WhyInput unreachable(String job, Optional<Instant> asked, Instant now, String problem) {
        return new WhyInput(
                job,
                asked,
                now,
                false,
                Duration.ZERO,
                Optional.of(problem),
                Map.of(),
                Map.of(),
                new Recorded(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                LeftOut.NONE);
    }

    /** The same with what is on record. */
    public WhyInput with(Recorded found) {
        return new WhyInput(
                job,
                asked,
                now,
                everywhere,
                late,
                unreachable,
                journals,
                timetables,
                found,
                ledger,
                problem,
                instances,
                leftOut);
    }

    /** Whether anything is known of a job of that name. */
    public boolean isKnown() {
        return ledger.isPresent()
                || problem.isPresent()
                || recorded.jobs().contains(job)
                || timetables.values().stream()
                        .anyMatch(timetable -> timetable.jobs().containsKey(job));
    }

    /**
     * An instance.
     *
     * @param alive whether it shows signs of life
     * @param state what it says of itself: {@code ok}, or what is wrong
     * @param unfit why it cannot run the job, if so
     */
    public record Present(String instance, boolean alive, String state, Optional<String> unfit) {}
}
