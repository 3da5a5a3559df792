/**
 * Jobs that must not run together: the slots of a group, of which a run holds one for its whole length, and the queue of
 * fires that wait for one. It knows nothing of ledgers, and starts nothing.
 */
@NullMarked
package io.fleetcron.group;

import org.jspecify.annotations.NullMarked;
