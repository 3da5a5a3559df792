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
 * @param definitions which ones were in force when
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
        Journals definitions,
        Recorded recorded,
        Optional<LedgerRecord> ledger,
        Optional<String> problem,
        List<Present> instances,
        LeftOut leftOut) {

    /** The lines of each instance's journal. */
    Map<String, List<InForce>> journals() {
        return definitions.lines();
    }

    /** Those that could be read, by name. */
    Map<String, Timetable> timetables() {
        return definitions.timetables();
    }

    /** Of a job of which nothing can be read. */
    public static WhyInput unreachable(String job, Optional<Instant> asked, Instant now, String problem) {
        return new WhyInput(
                job,
                asked,
                now,
                false,
                Duration.ZERO,
                Optional.of(problem),
                new Journals(Map.of(), Map.of()),
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
                definitions,
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
                || timetables().values().stream()
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
