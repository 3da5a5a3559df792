/**
 * Who else is alive: this instance's line in the member table, the ranks of a fire's turn, another instance under the
 * same name, definitions and clocks that differ. It speeds things up and warns; safety never depends on it.
 */
@NullMarked
package io.fleetcron.membership;

import org.jspecify.annotations.NullMarked;
