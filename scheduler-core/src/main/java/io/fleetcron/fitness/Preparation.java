package io.fleetcron.fitness;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.run.CommandSpec;
import io.fleetcron.run.RunPlace;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run of a job gets on this host, found out before the job's lock is tried, or why this host cannot run it. Closed
 * by whoever asked for it.
 *
 * @param job the definition that it was found out for
 * @param command what its command gets; present if nothing is wrong
 * @param place where the run keeps its files; present if nothing is wrong
 * @param ailment why this host cannot run the job, if so
 */
public record Preparation(
        JobDefinition job, Optional<CommandSpec> command, Optional<RunPlace> place, Optional<Ailment> ailment)
        implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

    /**
     * Why this host cannot run a job.
     *
     * @param ofHost whether it can run no job at all
     * @param elsewhere whether the job's definition keeps it from this host: nothing is wrong with either
     * @param reason what was found and what to do
     */
    public record Ailment(boolean ofHost, boolean elsewhere, String reason) {
        /** Something is wrong. */
        public Ailment(boolean ofHost, String reason) {
            this(ofHost, false, reason);
        }
    }

    static Preparation ready(JobDefinition job, CommandSpec command, RunPlace place) {
        return new Preparation(job, Optional.of(command), Optional.of(place), Optional.empty());
    }

    static Preparation failed(JobDefinition job, Ailment ailment) {
        return new Preparation(job, Optional.empty(), Optional.empty(), Optional.of(ailment));
    }

    @Override
    public void close() {
        try {
            if (place.isPresent()) {
                place.get().close();
            }
        } catch (IOException e) {
            LOG.debug("a run's directory is left job={}", job.name(), e);
        }
    }
}
