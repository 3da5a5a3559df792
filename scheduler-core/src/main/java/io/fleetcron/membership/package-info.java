/**
 * Who else is alive: this instance's line in the member table, the ranks of a fire's turn, another instance under the
 * same name, definitions and clocks that differ, since when a schedule counts. It speeds things up, warns, and keeps fires from being
 * forgotten; that none is started twice never depends on it.
 */
@NullMarked
package io.fleetcron.membership;

import org.jspecify.annotations.NullMarked;
