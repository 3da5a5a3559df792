/**
 * A job's lock: flock(2) on a file of the shared directory, the reads and writes that go through the locked
 * descriptor, and the checks that the directory can keep such locks at all. It knows nothing of jobs, records or
 * runs.
 */
@NullMarked
package io.fleetcron.lock;

import org.jspecify.annotations.NullMarked;
