/**
 * Whom a file belongs to, and who else could change it or put another in its place.
 */
@NullMarked
package io.fleetcron.config.trust;

import org.jspecify.annotations.NullMarked;
