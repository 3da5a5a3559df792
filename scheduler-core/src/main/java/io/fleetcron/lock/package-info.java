/**
 * A job's lock: flock(2) on a file of the shared directory, and the reads and writes that go through the locked
 * descriptor. It knows nothing of jobs, records or runs.
 */
@NullMarked
package io.fleetcron.lock;

import org.jspecify.annotations.NullMarked;
