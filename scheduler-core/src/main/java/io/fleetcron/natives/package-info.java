/**
 * The only native calls of fleetcron, each with the manual page it follows. Nothing here retries (but for EINTR),
 * decides or logs.
 */
@NullMarked
package io.fleetcron.natives;

import org.jspecify.annotations.NullMarked;
