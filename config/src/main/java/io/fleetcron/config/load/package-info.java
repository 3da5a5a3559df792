/**
 * Reads the main file and job files: definitions, or every problem found, with its place.
 */
@NullMarked
package io.fleetcron.config.load;

import org.jspecify.annotations.NullMarked;
