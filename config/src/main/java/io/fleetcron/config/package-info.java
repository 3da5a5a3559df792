/**
 * Reads YAML text into immutable job definitions, or into every problem found, each with file, line, column and a
 * hint. It must not know anything of the scheduler core, and no YAML type may leave it.
 */
@NullMarked
package io.fleetcron.config;

import org.jspecify.annotations.NullMarked;
