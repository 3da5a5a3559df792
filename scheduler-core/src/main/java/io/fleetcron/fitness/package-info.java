/** What a run would get on this host, found out before the job's lock is tried: a host that cannot run a job leaves it. */
@NullMarked
package io.fleetcron.fitness;

import org.jspecify.annotations.NullMarked;
