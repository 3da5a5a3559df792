/**
 * What commands have in common: options, exit statuses, and how they print.
 */
@NullMarked
package io.fleetcron.cli.option;

import org.jspecify.annotations.NullMarked;
