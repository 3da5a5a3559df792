/** Reads what the agents wrote: instances, runs, outcomes, output. It changes nothing. */
@NullMarked
package io.fleetcron.observe;

import org.jspecify.annotations.NullMarked;
