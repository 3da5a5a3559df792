package io.fleetcron.run;

import java.nio.file.Path;
import java.time.Instant;

/**
 * What a run's directory on this host says of it. Immutable.
 *
 * @param job the job's name
 * @param fire the scheduled time
 * @param token the fencing token
 * @param instance the instance that claimed it
 * @param started when it started
 * @param alive whether its supervisor is alive
 * @param output the file that collects the command's output
 */
public record LocalRun(
        String job, Instant fire, long token, String instance, Instant started, boolean alive, Path output) {}
