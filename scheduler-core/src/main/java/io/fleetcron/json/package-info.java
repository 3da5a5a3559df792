/**
 * Lines of JSON with a checksum, written in one way and read strictly: what other hosts wrote is hostile input.
 */
@NullMarked
package io.fleetcron.json;

import org.jspecify.annotations.NullMarked;
