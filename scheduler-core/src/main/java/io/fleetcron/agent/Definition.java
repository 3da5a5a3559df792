package io.fleetcron.agent;

import io.fleetcron.config.JobDefinition;
import java.time.Instant;

/**
 * A job's definition and since when this instance has it.
 *
 * @param job the definition
 * @param since the fleet's time at which this instance learned of its schedule
 */
record Definition(JobDefinition job, Instant since) {}
