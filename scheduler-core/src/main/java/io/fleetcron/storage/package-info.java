/**
 * Files of the shared directory: the one opener that follows no link, reading and writing past caches, the mount and
 * whether it can keep locks at all, and the record of what fails. It takes no lock and knows nothing of jobs.
 */
@NullMarked
package io.fleetcron.storage;

import org.jspecify.annotations.NullMarked;
