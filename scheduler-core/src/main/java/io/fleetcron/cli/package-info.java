/** Parses the command line and prints results. It decides nothing of its own. */
@NullMarked
package io.fleetcron.cli;

import org.jspecify.annotations.NullMarked;
