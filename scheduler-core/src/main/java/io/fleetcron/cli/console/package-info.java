/** What a person sees: tables, times, colours, and text of others made printable. */
@NullMarked
package io.fleetcron.cli.console;

import org.jspecify.annotations.NullMarked;
