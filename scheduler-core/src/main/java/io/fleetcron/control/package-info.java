/**
 * What people have asked of the fleet: its form in the shared directory, what it means for a job, and what an instance
 * has read of it. It takes no lock and changes nothing.
 */
@NullMarked
package io.fleetcron.control;

import org.jspecify.annotations.NullMarked;
