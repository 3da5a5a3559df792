/**
 * Makes what is shipped, started by Maven once all modules are built: the program folder ({@code target/fleetcron}), the
 * documents ({@code target/staged}), one tree per architecture with every file where it is installed ({@code target/root}),
 * and the Debian package, the RPM and the archive of each tree. The same input gives the same bytes. Not part of what is
 * shipped.
 */
@NullMarked
package io.fleetcron.packaging;

import org.jspecify.annotations.NullMarked;
