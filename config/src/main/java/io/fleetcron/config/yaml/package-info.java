/**
 * YAML with positions: reads files within limits, gives values with line and column, and collects what is wrong with
 * them. It knows nothing of jobs.
 */
@NullMarked
package io.fleetcron.config.yaml;

import org.jspecify.annotations.NullMarked;
