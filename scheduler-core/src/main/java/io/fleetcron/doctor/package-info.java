/**
 * What the agent's guarantee needs of a host, tried by hand: it takes locks on files of its own, never on a job's, and
 * claims nothing.
 */
@NullMarked
package io.fleetcron.doctor;

import org.jspecify.annotations.NullMarked;
