/** What a host gives its agent: directories that nobody else may write, its clocks and its service manager. */
@NullMarked
package io.fleetcron.host;

import org.jspecify.annotations.NullMarked;
