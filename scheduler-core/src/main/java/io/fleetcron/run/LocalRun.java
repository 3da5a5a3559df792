package io.fleetcron.run;

import io.fleetcron.fleet.RunId;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What a run's directory on this host says of it. Immutable.
 *
 * @param run which run it is
 * @param started when it started
 * @param alive whether its supervisor is alive
 * @param output the file that collects the command's output
 */
public record LocalRun(RunId run, Instant started, boolean alive, Path output) {}
