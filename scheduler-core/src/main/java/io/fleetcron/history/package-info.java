/** Writes this instance's lines of history, in batches; what the share does not take waits in the state directory. */
@NullMarked
package io.fleetcron.history;

import org.jspecify.annotations.NullMarked;
