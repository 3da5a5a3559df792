package io.fleetcron.run;

import java.time.Instant;

/**
 * Which run it is. Immutable.
 *
 * @param job the job's name
 * @param fire the scheduled time
 * @param token the fencing token
 * @param instance the instance that claimed it
 * @param started the fleet's time when the run started
 */
public record RunIdentity(String job, Instant fire, long token, String instance, Instant started) {}
