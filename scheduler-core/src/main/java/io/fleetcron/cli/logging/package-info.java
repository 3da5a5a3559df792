/** The form of log lines, for a terminal, a file and the journal. */
@NullMarked
package io.fleetcron.cli.logging;

import org.jspecify.annotations.NullMarked;
