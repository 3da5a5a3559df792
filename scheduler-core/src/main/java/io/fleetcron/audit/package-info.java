/**
 * What must have happened, computed from the definitions in force at each time, against what is on record: the audit of
 * all fires, and why one fire ended as it did. Pure functions of what readers found; no I/O.
 */
@NullMarked
package io.fleetcron.audit;

import org.jspecify.annotations.NullMarked;
