/**
 * The commands that account for what ran: audit and why.
 */
@NullMarked
package io.fleetcron.cli.audit;

import org.jspecify.annotations.NullMarked;
