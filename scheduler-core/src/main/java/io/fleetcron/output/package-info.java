/** What runs write: collected from the run's directory, kept in the shared directory, cut to its limits, and read. */
@NullMarked
package io.fleetcron.output;

import org.jspecify.annotations.NullMarked;
