package io.fleetcron.fleet;

import java.time.Instant;

/**
 * One scheduled time of one job: what starts at most once in the fleet. Immutable.
 *
 * @param job the job's name
 * @param time the scheduled time; of a manual run, the instant it was asked for
 */
public record Fire(String job, Instant time) {}
