package io.fleetcron.observe;

import io.fleetcron.fleet.RunId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The run whose output is to be shown. Immutable.
 *
 * @param id which run it is
 * @param host where it goes on, or where its instance last was; empty if nothing tells
 * @param started since when it goes on; empty for a run of which only the kept output is known
 * @param local the file that collects its output, if it goes on here
 */
public record ShownRun(RunId id, Optional<String> host, Optional<Instant> started, Optional<Path> local) {}
