/** The jobs that an instance takes part in, and those that leave. */
@NullMarked
package io.fleetcron.roster;

import org.jspecify.annotations.NullMarked;
