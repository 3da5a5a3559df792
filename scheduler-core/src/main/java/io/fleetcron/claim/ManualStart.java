package io.fleetcron.claim;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.control.Control;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.ManualRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run that a person asks for. Immutable.
 *
 * @param request who asked, as it is recorded
 * @param fire the scheduled time that is run again; empty for a run of its own
 * @param variables given to the command besides
 * @param until up to when it may be claimed, of a request that several instances have read
 */
public record ManualStart(
        ManualRequest request, Optional<Instant> fire, Map<String, String> variables, Optional<Instant> until) {

    /** What somebody asks of the fleet. */
    static ManualStart of(Control.Run asked) {
        return new ManualStart(
                new ManualRequest(
                        asked.span().asked(), List.copyOf(asked.variables().keySet()), Optional.of(asked.id())),
                asked.fire(),
                asked.variables(),
                asked.span().end());
    }

    /** What is run. */
    JobDefinition of(JobDefinition job) {
        return job.withVariables(variables);
    }

    /** Whether some instance has claimed it. */
    boolean isTaken(LedgerRecord record) {
        return request.id().filter(record::hasTaken).isPresent();
    }

    /** Whether it is too late to claim it. */
    boolean isOver(Instant now) {
        return until.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** Without the values of variables, which may be secret. */
    @Override
    public String toString() {
        return "ManualStart" + request;
    }
}
