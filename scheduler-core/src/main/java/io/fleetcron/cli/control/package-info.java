/**
 * The commands that ask something of the fleet: pause, resume, skip, kill, drain.
 */
@NullMarked
package io.fleetcron.cli.control;

import org.jspecify.annotations.NullMarked;
