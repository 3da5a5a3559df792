/** Removes what is older than it is to be kept from the shared directory, by one host at a time, whoever wrote it. */
@NullMarked
package io.fleetcron.retention;

import org.jspecify.annotations.NullMarked;
