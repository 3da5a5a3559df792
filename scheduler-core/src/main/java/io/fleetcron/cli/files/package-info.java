/**
 * The commands about definitions: they need job files, and no fleet.
 */
@NullMarked
package io.fleetcron.cli.files;

import org.jspecify.annotations.NullMarked;
