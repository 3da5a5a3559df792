/**
 * The second decision: when an instance next tries a job's lock, and whether it leaves the job to the others. Pure
 * functions of state, event and time.
 */
@NullMarked
package io.fleetcron.look;

import org.jspecify.annotations.NullMarked;
